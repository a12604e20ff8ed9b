import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { replicaChannel } from './postgres.connection-replica.js';

type Listener = (key: string | undefined) => void;

const retryMilliseconds = 1_000;
/** A connection that died without a word is found out by this question; until then entries may be this old. */
const pulseMilliseconds = 15_000;

/**
 * Hears from Postgres (LISTEN) which connections changed, whichever process consumed the event. It needs a session of
 * its own, so DATABASE_URL must not lead through a pooler in transaction mode.
 */
@Injectable()
export class ReplicaNews implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners: Listener[] = [];
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private heard = false;

  constructor(private readonly databaseUrl: string) {}

  /** Whether changes reach us at this moment. */
  get isHeard(): boolean {
    return this.heard;
  }

  /** The listener gets the key of what changed, or undefined when anything may have. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.heard = false;
    await this.client?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    this.client = client;
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload }) => this.tell(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${replicaChannel}`);
      // What changed while nobody listened is unknown.
      this.tell(undefined);
      this.heard = true;
      this.pulse(client);
    } catch {
      this.lost(client);
    }
  }

  private pulse(client: pg.Client): void {
    this.later(pulseMilliseconds, () => {
      client.query('SELECT 1').then(
        () => this.pulse(client),
        () => this.lost(client),
      );
    });
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.heard = false;
    this.tell(undefined);
    client.end().catch(() => undefined);
    this.later(retryMilliseconds, () => void this.listen());
  }

  private later(milliseconds: number, work: () => void): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(work, milliseconds);
    this.timer.unref();
  }

  private tell(key: string | undefined): void {
    for (const listener of this.listeners) listener(key);
  }
}
