import { SignInRequest, SignInResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { SignInUser } from '../use-cases/sign-in-user.js';

/** Postgres stores no NUL in a text and no half of a surrogate pair, so a claim with one gets no further than here. */
const StorableSignIn = SignInRequest.refine(
  (request) => !/(?<!\\)(?:\\\\)*\\u(0000|d[89a-f])/.test(JSON.stringify(request)),
  'Contains characters that cannot be stored.',
);

@ApiTags('sign-ins')
@Controller('sign-ins')
@RequireScope('sign-ins:write')
export class SignInsController {
  constructor(private readonly signInUser: SignInUser) {}

  @Post()
  @ApiOperation({
    summary: 'Sign in a verified upstream account, or somebody who proved an address to us',
    description: 'Idempotent by attempt id. A refusal is an answer too: outcome `refused`, with its code and checks.',
  })
  @Answers(200, 'The decision, with every check on the way.', SignInResponse)
  @Refuses(409, 'sign-in.attempt-reused')
  @Refuses(503, 'sign-in.busy')
  create(@Body({ schema: StorableSignIn }) request: z.output<typeof StorableSignIn>): Promise<SignInResponse> {
    return this.signInUser.execute(request);
  }
}
