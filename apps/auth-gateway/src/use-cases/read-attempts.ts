import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { refusalOf, signInRefusals, type FixedBy } from '../domain/sign-in-refusals.js';
import { signInErrors } from '../domain/sign-in.errors.js';
import { Attempts, type AttemptFilter } from './attempts.port.js';
import { UpstreamWords } from './upstream.port.js';

/** Why an attempt ended as it did, in words for the admin. */
export type Explanation = { says: string; fixedBy: FixedBy; aadsts: { number: string; says: string }[] };
export type ExplainedAttempt = Attempt & { explanation: Explanation | null };

/** Answers "why did this sign-in fail". */
@Injectable()
export class ReadAttempts {
  constructor(
    private readonly attempts: Attempts,
    private readonly words: UpstreamWords,
  ) {}

  async list(filter: AttemptFilter, limit: number, cursor?: string): Promise<Attempt[]> {
    return this.attempts.list(filter, limit, cursor);
  }

  async find(attemptId: string): Promise<ExplainedAttempt> {
    const attempt = await this.attempts.find(attemptId);
    if (!attempt) throw signInErrors('attempt.not-found');
    return { ...attempt, explanation: this.explain(attempt) };
  }

  private explain({ code, upstream }: Attempt): Explanation | null {
    if (code === null) return null;
    const refusal = refusalOf(code);
    const own = Object.hasOwn(signInRefusals, code) ? undefined : this.words.explainCode(code);
    const aadsts = (upstream?.aadsts ?? []).map((number) => ({
      number,
      says: this.words.explainAadsts(number) ?? 'See the provider’s list of error codes.',
    }));
    return { says: own ?? refusal.explains, fixedBy: refusal.fixedBy, aadsts };
  }
}
