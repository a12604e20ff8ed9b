import type { EventOf, profileClaimsTopic, SignInEvent, signInTopic, TenantEvent } from '@homerealm/contracts';
import type { Attempt } from '../domain/attempt.js';

type Told<Event extends { type: string; data: unknown }> = Event extends unknown ? Pick<Event, 'type' | 'data'> : never;

/** What a finished attempt tells the world, keyed by user where there is one. */
export type SignInNews = {
  signIn?: Told<Exclude<EventOf<typeof signInTopic>, { type: 'UserSignedOut' }>>;
  tenant?: Told<TenantEvent>;
  claims?: Told<EventOf<typeof profileClaimsTopic>>;
};
export type { SignInEvent };

export type AttemptFilter = {
  code?: string | undefined;
  outcome?: Attempt['outcome'] | undefined;
  connectionId?: string | undefined;
  userId?: string | undefined;
  applicationId?: string | undefined;
  organizationId?: string | undefined;
  /** Milliseconds since 1970: from inclusive, to exclusive. */
  from?: number | undefined;
  to?: number | undefined;
};

/** The decision records. */
export abstract class Attempts {
  /** Everything `work` writes, here and through other ports, is stored together or not at all. It may run twice. */
  abstract transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Stores the record with its events. An attempt is recorded once; a second record of it changes nothing. */
  abstract record(attempt: Attempt, news: SignInNews): Promise<void>;
  abstract find(attemptId: string): Promise<Attempt | null>;
  /** Newest first, after the attempt `cursor`; at most `limit`. */
  abstract list(filter: AttemptFilter, limit: number, cursor?: string): Promise<Attempt[]>;
}
