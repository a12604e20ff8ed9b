import { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { judgeTransaction } from '../domain/judge-transaction.js';
import { Moment } from './moment.port.js';
import type { RefusedBecause, Try } from './refuse.js';
import { Transactions, type StartedSignIn, type TestedConnection } from './transactions.port.js';

/** `test`: it is the way back of a test run, and its own browser’s. */
export type Taken = { test?: TestedConnection } & (
  { ours: true; started: StartedSignIn } | { ours: false; tried: Try; because: RefusedBecause }
);

/** Finds the sign-in that a provider's answer belongs to, and uses it up. */
@Injectable()
export class TakeReturn {
  constructor(
    private readonly transactions: Transactions,
    private readonly moment: Moment,
  ) {}

  async execute(connectionId: string, state: unknown, browserHash: string | undefined): Promise<Taken> {
    const now = this.moment.now();
    const usable = typeof state === 'string' && state.length > 0 && state.length <= 512;
    const found = usable ? await this.transactions.take(state, browserHash, now) : null;
    const refusal = judgeTransaction(found, { connectionId, browserHash, now });
    const test = found?.browserHash === browserHash && found?.test ? { test: found.test } : {};
    if (refusal === undefined && found) return { ours: true, started: found, ...test };
    const code = refusal ?? 'sign-in.transaction-unknown';
    const checks = [...ownChecks(code, found), { code: 'sign-in.transaction-is-ours', outcome: 'failed' as const }];
    return { ours: false, tried: this.tryOf(code, found, connectionId, now), because: { code, checks }, ...test };
  }

  /** A return that used the transaction up ends its attempt. Any other is a try of its own, and names nobody's ids. */
  private tryOf(code: string, found: StartedSignIn | null, connectionId: string, now: number): Try {
    if (found && endsAttempt(code)) return found;
    const known = ConnectionId.safeParse(connectionId).success ? connectionId : null;
    const fresh = { attemptId: this.moment.newAttemptId(), startedAt: now };
    return { ...fresh, connectionId: known, applicationId: null, organizationId: null };
  }
}

const endsAttempt = (code: string): boolean =>
  code === 'sign-in.transaction-expired' || code === 'sign-in.transaction-other-connection';

const ownChecks = (code: string, found: StartedSignIn | null) => (found && endsAttempt(code) ? found.checks : []);
