import type { SignInFacts } from '../domain/sign-in-facts.js';

/** The browser in front of us, as its request shows it. Made by `BrowserBinding.of(request)` in `http/openid-provider`. */
export type Browser = {
  /** SHA-256 of this browser's binding cookie, base64url; undefined when it brought none (or two of them). */
  binding: string | undefined;
  /** The request's whole Cookie header. */
  cookieHeader: string | undefined;
};

/** An authorize request of an application that waits for somebody to sign in. */
export type PendingSignIn = {
  uid: string;
  applicationId: string;
  applicationName: string;
  /** The connections the application lets people sign in through; null means all. */
  applicationConnections: readonly string[] | null;
  /** `org_code` */
  organizationId: string | null;
  /** `connection_id` */
  connectionId: string | null;
  loginHint: string | null;
  prompt: string | null;
  uiLocales: string | null;
  /** Authorize parameters that a connection may pass on upstream: `login_hint`, `prompt`, `ui_locales`, `domain_hint`. */
  upstreamParams: Record<string, string>;
};

/** Where the browser goes next. `setCookies` are complete Set-Cookie header values; the controller sends all of them. */
export type Onward = { redirectTo: string; setCookies: readonly string[] };

export type InteractionError = {
  error: 'access_denied' | 'temporarily_unavailable' | 'server_error' | 'invalid_request';
  /** A plain sentence for the application's developer; it says nothing about accounts. */
  description: string;
};

/**
 * The provider's side of a sign-in in progress. `complete` and `fail` join the ambient transaction: called inside the
 * sign-in's own transaction, session, grant and code are stored together with the attempt and its events.
 * Both may run again when that transaction is repeated.
 */
export abstract class Interactions {
  /** The pending request, or undefined: unknown, over, expired, or begun in another browser. */
  abstract find(uid: string, browser: Browser): Promise<PendingSignIn | undefined>;
  /** The person is proven: stores session, grant and code, and returns the way back to the application. */
  abstract complete(uid: string, facts: SignInFacts, browser: Browser): Promise<Onward>;
  /** Ends the request with an error that the application hears about. */
  abstract fail(uid: string, error: InteractionError, browser: Browser): Promise<Onward>;
}
