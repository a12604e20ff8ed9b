import type { Browser } from '../interactions.port.js';

/** Whose sessions a provider ends. */
export type NamedUpstream = {
  connectionId: string;
  nameId: string;
  /** Which of the provider's sessions; empty: all of that name. */
  sessionIndexes: readonly string[];
};

/** Sessions by what the provider knows them as. */
export abstract class UpstreamSessions {
  /**
   * Ends sessions and grants that came through this connection with this name, in all browsers, with their events and
   * notices; all or none. One whose sign-in named no session index ends with any.
   */
  abstract end(named: NamedUpstream): Promise<void>;
}

/** The session of the browser in front of us. */
export abstract class BrowserSessions {
  /** Ends it when it came through this very connection; whether it did. */
  abstract end(browser: Browser, connectionId: string): Promise<boolean>;
}
