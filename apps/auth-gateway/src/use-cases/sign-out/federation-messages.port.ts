import type { UpstreamSession } from '../../domain/sign-in-facts.js';
import type { KnownConnection } from '../connections.port.js';
import type { CallbackInput, DepartureForm } from '../upstream.port.js';

/** A message about a sign-out as it arrived. The query letter by letter: a signature may be over these very letters. */
export type SignOutMessage = CallbackInput & { rawQuery: string };

/** Where the browser goes, or a form that it sends there. */
export type Departure = { redirectTo: string } | { form: DepartureForm };

/** On the way to the provider. `requestId`: what the answer names, in protocols where answers name anything. */
export type SignOutLeave = { departure: Departure; handle: string; requestId: string | null };

export type SignOutRequestRead =
  | { asks: true; requestId: string; nameId: string; sessionIndexes: readonly string[]; relayState?: string }
  | { asks: false; code: string };

/** What we exchange with providers of WS-Federation and SAML apart from sign-ins. */
export abstract class FederationMessages {
  /** Our own metadata for this connection. Nothing in it is secret. */
  abstract describe(known: KnownConnection): Promise<string>;
  /**
   * How the browser tells the provider that its person signed out here; undefined where the provider does not want to
   * know, or the sign-in did not say as whom.
   * @throws DomainError where nothing can be said now
   */
  abstract leave(known: KnownConnection, session: UpstreamSession | undefined): Promise<SignOutLeave | undefined>;
  /** What the provider asks of us, verified, each request once. Never throws for what a provider does. */
  abstract readRequest(known: KnownConnection, message: SignOutMessage): Promise<SignOutRequestRead>;
  /** Our answer; undefined where the provider has no address to take it. */
  abstract respond(
    known: KnownConnection,
    answer: { requestId: string; relayState?: string; success: boolean },
  ): Promise<Departure | undefined>;
  /** The provider's answer to our own request: undefined when it signed the person out, else the code of the refusal. */
  abstract refusalIn(known: KnownConnection, message: SignOutMessage, requestId: string): Promise<string | undefined>;
}
