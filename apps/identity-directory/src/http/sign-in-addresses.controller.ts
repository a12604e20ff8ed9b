import { SignInAddressRequest, SignInAddressResponse } from '@homerealm/contracts';
import { Answers, RequireScope } from '@homerealm/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindSignInAddress } from '../use-cases/find-sign-in-address.js';

@ApiTags('sign-ins')
@Controller('sign-in-addresses')
@RequireScope('sign-ins:write')
export class SignInAddressesController {
  constructor(private readonly findAddress: FindSignInAddress) {}

  @Post()
  @ApiOperation({
    summary: 'Where a code goes that proves a username or a phone',
    description: 'Null where nobody has it, by the same lookup; the caller must look the same from outside either way.',
  })
  @Answers(200, 'The address, or null.', SignInAddressResponse)
  find(@Body({ schema: SignInAddressRequest }) asked: SignInAddressRequest): Promise<SignInAddressResponse> {
    return this.findAddress.execute(asked);
  }
}
