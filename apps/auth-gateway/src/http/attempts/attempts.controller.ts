import { Answers, Refuses, RequireScope, toPage } from '@homerealm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReadAttempts } from '../../use-cases/read-attempts.js';
import { AttemptPage, AttemptQuery, AttemptResponse } from './attempt.schemas.js';

@Controller('sign-in-attempts')
@ApiTags('Sign-in attempts')
@RequireScope('attempts:read')
export class AttemptsController {
  constructor(private readonly readAttempts: ReadAttempts) {}

  @Get()
  @Answers(200, 'Attempts to sign in, newest first.', AttemptPage)
  async list(@Query({ schema: AttemptQuery }) { limit, cursor, ...filter }: AttemptQuery) {
    const found = await this.readAttempts.list(filter, limit + 1, cursor);
    return toPage(
      found,
      limit,
      ({ attemptId }) => attemptId,
      (attempt) => attempt,
    );
  }

  @Get(':attemptId')
  @Answers(200, 'One attempt: its checks in order, and why it ended as it did.', AttemptResponse)
  @Refuses(404, 'attempt.not-found')
  read(@Param('attemptId') attemptId: string) {
    return this.readAttempts.find(attemptId);
  }
}
