import type { SignInFacts } from '../../domain/sign-in-facts.js';
import type { WayBack } from './sign-outs.port.js';

/** A session that has ended because its person asked for it. */
export type SignedOutHere = {
  /** What its sign-in had proved. */
  facts: SignInFacts;
  browserHash: string;
  /** Null: our own page. */
  back: WayBack | null;
};

/** What the provider half asks when somebody has signed out. */
export abstract class StartSignOut {
  /** Where the browser goes before it goes back, to sign out there too; undefined: nowhere. */
  abstract execute(signedOut: SignedOutHere): Promise<string | undefined>;
}
