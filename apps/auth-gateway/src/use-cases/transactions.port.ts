import type { AttemptId, Check } from '@homerealm/domain';
import type { LeftFor } from '../domain/judge-transaction.js';
import type { KnownConnection } from './connections.port.js';
import type { DepartureForm } from './upstream.port.js';

/** A test sign-in rests on the settings it was asked for, not on what the gateway knows of the connection. */
export type TestedConnection = {
  testRunId: string;
  /** Null once the way back was used. */
  known: KnownConnection | null;
};

/** Everything the way back needs to know of a person who was sent upstream. Times in milliseconds since 1970. */
export type StartedSignIn = LeftFor & {
  attemptId: AttemptId;
  uid: string;
  applicationId: string;
  organizationId: string | null;
  revision: number;
  startedAt: number;
  /** The checks made so far; the attempt's record goes on from here. */
  checks: readonly Check[];
  /** The connector's own memory (nonce, PKCE verifier, …), as JSON. Gone once the transaction was used. */
  upstream: unknown;
  /** What the browser brings to the provider, where no address can hold it. Gone once the transaction was used. */
  form?: DepartureForm;
  /** Present when it is a test run: no attempt is recorded, and nobody is signed in. */
  test?: TestedConnection;
};

/** Whose form it is: of the sign-in at this connection, in this browser. */
export type FormOwner = { connectionId: string; browserHash: string; now: number };

/** Sign-ins on their way upstream and back: single use, ten minutes, bound to one browser. */
export abstract class Transactions {
  /** @param state the unguessable text that travels through the provider; only its hash is kept */
  abstract open(state: string, started: StartedSignIn): Promise<void>;
  /**
   * Reads the transaction as it was and, when it is this browser's, uses it up in the same step: of many returns with
   * one state, one sees `usedAt: null`. Null when the state is unknown.
   */
  abstract take(state: string, browserHash: string | undefined, now: number): Promise<StartedSignIn | null>;
  /** The form of a sign-in of this browser that is not back yet, which stays as it is. Null: there is none. */
  abstract formOf(state: string, left: FormOwner): Promise<DepartureForm | null>;
  /**
   * Ends what is past its time: who never came back becomes an `abandoned` attempt, a return that was never finished
   * a refused one; a test run becomes nothing. Answers how many there were.
   */
  abstract sweep(now: number): Promise<number>;
}
