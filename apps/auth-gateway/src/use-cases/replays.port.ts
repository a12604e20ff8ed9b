/**
 * Remembers messages of providers that were used, for all instances and over restarts. What it remembered stays, however
 * the sign-in ends.
 */
export abstract class Replays {
  /** False when it was remembered already: of many at the same time one gets true. */
  abstract remember(key: string, until: Date): Promise<boolean>;
  /** Forgets what is past its time. Answers how many there were. */
  abstract sweep(now: number): Promise<number>;
}
