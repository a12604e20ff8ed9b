import type { DepartureForm } from '../upstream.port.js';

/** Where a sign-out ends: an address its application has registered, with that application's state. */
export type WayBack = { applicationId: string; registeredUri: string; goesTo: string };

/** Somebody whose session here has ended and who is on the way through their provider. */
export type SignOutUnderWay = {
  browserHash: string;
  connectionId: string;
  /** The id of our request, where the answer names it. */
  requestId: string | null;
  /** What the browser brings to the provider, where no address can hold it. */
  form: DepartureForm | null;
  /** Null: our own page. */
  back: WayBack | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
};

/** Whose it is: one browser's, at one connection. */
export type SignOutOwner = { browserHash: string; connectionId: string; now: number };

/** Sign-outs on their way to a provider and back: single use, ten minutes, one for each browser and connection. */
export abstract class SignOuts {
  /**
   * A later one of the same browser takes its place.
   * @param handle the unguessable text that travels through the provider; only its hash is kept
   */
  abstract open(handle: string, underWay: SignOutUnderWay): Promise<void>;
  /** The form that leads to the provider; the sign-out stays under way. Null: there is none. */
  abstract formOf(owner: SignOutOwner): Promise<DepartureForm | null>;
  /**
   * Takes it out: of many returns, one gets it. Providers that know no handle bring none back; another one's handle
   * takes nothing.
   */
  abstract take(owner: SignOutOwner, handle: string | undefined): Promise<SignOutUnderWay | null>;
  /** Forgets those that never came back; answers how many there were. */
  abstract sweep(now: number): Promise<number>;
}
