import { DomainError, type Check } from '@homerealm/domain';
import type { ConnectionSettings } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { toSignInFacts, type SignedIn } from '../domain/to-sign-in-facts.js';
import { Attempts, type SignInNews } from './attempts.port.js';
import { type Browser, Interactions, type Onward } from './interactions.port.js';
import { Moment } from './moment.port.js';
import { refuse, type RefusedBecause, type Try } from './refuse.js';
import type { StartedSignIn } from './transactions.port.js';

export type Person = { account: UpstreamAccount; connection: ConnectionSettings; answer: SignedIn; checks: Check[] };

export type Finished = { signedIn: true; onward: Onward } | { signedIn: false; attempt: Attempt; uid: string | null };

/** Writes the end of an attempt: its record, its events and, when it went well, session, grant and code; all or none. */
@Injectable()
export class FinishSignIn {
  constructor(
    private readonly attempts: Attempts,
    private readonly interactions: Interactions,
    private readonly moment: Moment,
  ) {}

  async signIn(started: StartedSignIn, person: Person, browser: Browser): Promise<Finished> {
    const now = new Date(this.moment.now());
    const { connection, account, answer, checks } = person;
    const facts = toSignInFacts(started.attemptId, now, connection, account, answer);
    try {
      const onward = await this.attempts.transaction(async () => {
        await this.attempts.record(toAttempt(started, person, now), toNews(started, person));
        return this.interactions.complete(started.uid, facts, browser);
      });
      return { signedIn: true, onward };
    } catch (error) {
      // The application's request ended while the person was away; everything else is not for us to mend.
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      const failed: Check = { code: 'sign-in.interaction-is-open', outcome: 'failed' };
      const because = { code: 'sign-in.no-interaction', checks: [...checks, failed], userId: answer.userId };
      return this.refuse(started, because, null);
    }
  }

  async refuse(tried: Try, because: RefusedBecause, uid: string | null): Promise<Finished> {
    const { attempt, news } = refuse(tried, this.moment.now(), because);
    await this.attempts.transaction(() => this.attempts.record(attempt, news));
    return { signedIn: false, attempt, uid };
  }
}

const toAttempt = (started: StartedSignIn, { answer, checks }: Person, now: Date): Attempt => ({
  attemptId: started.attemptId,
  startedAt: new Date(started.startedAt),
  finishedAt: now,
  outcome: 'signed-in',
  code: null,
  applicationId: started.applicationId,
  connectionId: started.connectionId,
  organizationId: answer.organizationId,
  userId: answer.userId,
  upstream: null,
  checks,
});

function toNews({ attemptId, applicationId }: StartedSignIn, { connection, account, answer }: Person): SignInNews {
  const { connectionId, strategy, syncProfile } = connection;
  const { userId, organizationId } = answer;
  const firstSignIn = answer.change === 'created';
  return {
    signIn: {
      type: 'UserSignedIn',
      data: { userId, attemptId, connectionId, strategy, applicationId, organizationId, firstSignIn },
    },
    claims: { type: 'ProfileClaimsReceived', data: { userId, attemptId, connectionId, syncProfile, account } },
  };
}
