import type { AuthorizeRequest } from './authorize-request.js';

/** A sign-in that waits for its person. */
export type PendingSignIn = {
  request: AuthorizeRequest;
  /** The path segment it came in by. */
  segment: string;
  /** Who has signed in, once only consent is missing. */
  accountOid?: string;
};

/** As long as a person may look at the page. */
export const pendingSeconds = 3_600;
