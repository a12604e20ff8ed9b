import type { Browser, PendingSignIn } from './interactions.port.js';

export type CookieOptions = { maxAgeSeconds?: number; path?: string; sameSite?: 'lax' | 'none' | 'strict' };

/** What starting a sign-in may do to the browser. */
export type BrowserAnswer = Browser & {
  /** Adds a cookie, HttpOnly, and Secure where the issuer is https. */
  setCookie(name: string, value: string, options?: CookieOptions): void;
};

/**
 * `redirectTo`: our own sign-in page (`/sign-in/:uid`), or already the upstream's address.
 * `save` writes the rows of the started sign-in. The caller runs it inside the transaction that stores the request, so
 * that both are there or none. It may run twice; it makes no remote call.
 */
export type StartedSignIn = { redirectTo: string; save?: () => Promise<void> };

/** Decides where a person who has to sign in is sent. Called by the OpenID provider for every authorize request without a session. */
export abstract class StartSignIn {
  abstract execute(pending: PendingSignIn, browser: BrowserAnswer): Promise<StartedSignIn>;
}
