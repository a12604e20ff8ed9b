import { DomainError, type Check } from '@homerealm/domain';
import type { ConnectionSettings } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import type { SignInFacts, UpstreamSession } from '../domain/sign-in-facts.js';
import { toOwnSignInFacts, toSignInFacts, type SignedIn } from '../domain/to-sign-in-facts.js';
import { Attempts, type SignInNews } from './attempts.port.js';
import { type Browser, Interactions, type Onward } from './interactions.port.js';
import { Moment } from './moment.port.js';
import { refuse, type RefusedBecause, type Try } from './refuse.js';
import type { StartedSignIn } from './transactions.port.js';

/** Whom a provider proved, or who proved an email to us (null: something else). */
export type Person = (
  | { account: UpstreamAccount; connection: ConnectionSettings; session?: UpstreamSession }
  | { account: null; connection: null; provenEmail: string | null }
) & { answer: SignedIn; checks: Check[] };

/** A try that can end in a session: an application waits for it. */
export type WaitedFor = Try & Pick<StartedSignIn, 'uid' | 'applicationId'>;

export type Finished = { signedIn: true; onward: Onward } | { signedIn: false; attempt: Attempt; uid: string | null };

/** Writes the end of an attempt: its record, its events and, when it went well, session, grant and code; all or none. */
@Injectable()
export class FinishSignIn {
  constructor(
    private readonly attempts: Attempts,
    private readonly interactions: Interactions,
    private readonly moment: Moment,
  ) {}

  async signIn(started: WaitedFor, person: Person, browser: Browser): Promise<Finished> {
    const now = new Date(this.moment.now());
    const { answer, checks } = person;
    const facts = toFacts(started, person, now);
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

function toFacts({ attemptId }: WaitedFor, person: Person, now: Date): SignInFacts {
  return person.connection === null
    ? toOwnSignInFacts(attemptId, now, person.provenEmail, person.answer)
    : toSignInFacts(attemptId, now, person, person.answer);
}

const toAttempt = (started: WaitedFor, { answer, checks }: Person, now: Date): Attempt => ({
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

function toNews({ attemptId, applicationId }: WaitedFor, { connection, account, answer }: Person): SignInNews {
  const { userId, organizationId } = answer;
  const { connectionId, strategy } = connection ?? { connectionId: null, strategy: null };
  const firstSignIn = answer.change === 'created';
  return {
    signIn: {
      type: 'UserSignedIn',
      data: { userId, attemptId, connectionId, strategy, applicationId, organizationId, firstSignIn },
    },
    ...(connection && {
      claims: {
        type: 'ProfileClaimsReceived' as const,
        data: {
          ...{ userId, attemptId, connectionId: connection.connectionId, syncProfile: connection.syncProfile, account },
        },
      },
    }),
  };
}
