import { Answers, RequireScope } from '@homerealm/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RotateSigningKeys } from '../use-cases/rotate-signing-keys.js';

const RotateRequest = z.strictObject({ alg: z.enum(['ES256', 'RS256']).default('ES256') });
type RotateRequest = z.infer<typeof RotateRequest>;

@ApiTags('Signing keys')
@Controller('signing-keys')
export class SigningKeysController {
  constructor(private readonly rotateSigningKeys: RotateSigningKeys) {}

  @Post('rotate')
  @RequireScope('applications:write')
  @Answers(204, 'The next key signs from now on; tokens of the old one stay good until they end.')
  rotate(@Body({ schema: RotateRequest }) { alg }: RotateRequest): Promise<void> {
    return this.rotateSigningKeys.execute(alg);
  }
}
