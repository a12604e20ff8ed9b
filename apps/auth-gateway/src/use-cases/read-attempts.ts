import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { signInErrors } from '../domain/sign-in.errors.js';
import { Attempts, type AttemptFilter } from './attempts.port.js';
import { ExplainRefusal, type Explanation } from './explain-refusal.js';

export type ExplainedAttempt = Attempt & { explanation: Explanation | null };

/** Answers "why did this sign-in fail". */
@Injectable()
export class ReadAttempts {
  constructor(
    private readonly attempts: Attempts,
    private readonly explainRefusal: ExplainRefusal,
  ) {}

  async list(filter: AttemptFilter, limit: number, cursor?: string): Promise<Attempt[]> {
    return this.attempts.list(filter, limit, cursor);
  }

  async find(attemptId: string): Promise<ExplainedAttempt> {
    const attempt = await this.attempts.find(attemptId);
    if (!attempt) throw signInErrors('attempt.not-found');
    return { ...attempt, explanation: this.explainRefusal.execute(attempt.code, attempt.upstream) };
  }
}
