import type pg from 'pg';
import { TurnTakingClient } from './turn-taking-client.js';

export type WatchedSessionOptions = {
  url: string;
  name: string;
  /** A session that says nothing for so long is ended by the server; milliseconds. */
  silence?: number;
  onLost: () => void;
  onNotification: () => void;
};

/**
 * A database session whose locks mean something: when we are stopped or cut off, the server ends it, and somebody else
 * may take them; when the server is gone, we learn of it.
 */
export class WatchedSession {
  readonly client: pg.Client;
  private readonly silence: number;
  private beat: NodeJS.Timeout | undefined;
  private sureAt = -Infinity;

  constructor(private readonly options: WatchedSessionOptions) {
    this.silence = options.silence ?? 10_000;
    // The beat comes whenever it comes, also while a page is being read or removed.
    this.client = new TurnTakingClient({
      connectionString: options.url,
      application_name: options.name,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 30_000,
    });
  }

  async open(): Promise<void> {
    const { client, silence } = this;
    const { onLost, onNotification } = this.options;
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', onNotification);
    await client.connect();
    await client.query(`SET idle_session_timeout = ${silence}`);
    this.beat = setInterval(() => void this.ask(), silence / 5);
    this.beat.unref();
  }

  /** Whether the session, and with it what it has locked, is ours for some seconds to come. */
  async isSure(): Promise<boolean> {
    return performance.now() - this.sureAt < this.silence / 2 || this.ask();
  }

  async close(): Promise<void> {
    clearInterval(this.beat);
    await this.client.end().catch(() => {});
  }

  private async ask(): Promise<boolean> {
    const asked = performance.now();
    try {
      await this.client.query('SELECT 1');
      // The server counts from later than this.
      this.sureAt = asked;
      return true;
    } catch {
      this.options.onLost();
      return false;
    }
  }
}
