import { Injectable } from '@nestjs/common';
import { Connections } from '../connections.port.js';
import type { Browser } from '../interactions.port.js';
import { BrowserSessions } from './upstream-sessions.port.js';

/**
 * A WS-Federation provider signs the person out everywhere (`wsignoutcleanup1.0`). Nobody signs these words, so they are
 * worth as much as the browser that brings them: they end its own session, and that only when it came through this very
 * connection.
 */
@Injectable()
export class CleanUpSession {
  constructor(
    private readonly connections: Connections,
    private readonly sessions: BrowserSessions,
  ) {}

  /** @returns the code of a refusal */
  async execute(connectionId: string, browser: Browser): Promise<string | undefined> {
    const known = await this.connections.find(connectionId);
    if (!known) return 'sign-out.connection-unknown';
    if (known.settings.strategy !== 'entra-wsfed') return 'sign-out.other-protocol';
    await this.sessions.end(browser, connectionId);
    return undefined;
  }
}
