import type { AttemptId, Check } from '@homerealm/domain';
import type { PendingSignIn } from './interactions.port.js';
import type { Refused } from './refuse.js';
import type { StartedSignIn, TestedConnection } from './transactions.port.js';

/** What leads the way: a connection that was named or whose button was pressed, an email, or nothing. */
export type Wish = { connectionId: string | null; email: string | null };

export type Way =
  /** `redirectTo`: the provider's address, or that of our page with the form that leads there. */
  | { go: 'upstream'; redirectTo: string; state: string; started: StartedSignIn }
  | { go: 'ask' }
  /** No connection claims the domain. With no other way either, this is the refusal to record. */
  | ({ go: 'unclaimed'; leaving: Leaving } & Refused)
  | ({ go: 'refused' } & Refused);

/** A sign-in that is about to leave for a provider. */
export type Leaving = {
  pending: PendingSignIn;
  wish: Wish;
  browserHash: string;
  attemptId: AttemptId;
  startedAt: number;
  checks: Check[];
  test?: TestedConnection;
};
