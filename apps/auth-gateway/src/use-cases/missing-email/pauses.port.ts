import type { Check, UpstreamAccount } from '@homerealm/domain';
import type { StartedSignIn } from '../transactions.port.js';

/** A sign-in that waits for an email: the provider has proved the account, and gave none. */
export type PausedSignIn = {
  /** Without the connector's memory: that was used up. */
  started: StartedSignIn;
  account: UpstreamAccount;
  /** Milliseconds since 1970. */
  expiresAt: number;
  checks: readonly Check[];
};

/** Paused sign-ins: one for each pending request and browser, sealed, used once, good for ten minutes. */
export abstract class Pauses {
  abstract keep(paused: PausedSignIn): Promise<void>;
  /** Null: there is none (any more) in this browser. */
  abstract find(uid: string, browserHash: string, now: number): Promise<PausedSignIn | null>;
  /** The same, and it is gone: of many at once one gets it. */
  abstract take(uid: string, browserHash: string, now: number): Promise<PausedSignIn | null>;
  /** Ends what is past its time, as an `abandoned` attempt. Answers how many there were. */
  abstract sweep(now: number): Promise<number>;
}
