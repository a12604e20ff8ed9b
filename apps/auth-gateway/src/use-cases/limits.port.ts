import type { Limit } from '../domain/own-sign-in/limits.js';

/** Counts in windows that all processes of the gateway share. */
export abstract class Limits {
  /** One more. Milliseconds to wait when that is too many, undefined when it may go on. One atomic step. */
  abstract take(key: string, limit: Limit, now: number): Promise<number | undefined>;
  /** As `take` would answer, without counting. */
  abstract look(key: string, limit: Limit, now: number): Promise<number | undefined>;
  /** One less: it turned out to be harmless. */
  abstract giveBack(key: string, now: number): Promise<void>;
  /** Forgets windows that are over. */
  abstract sweep(now: number): Promise<number>;
}
