import type pg from 'pg';
import { atMost, backoff, pause } from '../core/backoff.js';
import type { SubscribeOptions, Subscription } from '../core/event-log.port.js';
import { TurnTakingClient } from '../core/turn-taking-client.js';
import { GroupSession } from './group-session.js';
import { Slots } from '../core/lanes.js';

/** How many partitions of one member work at a time. */
const lanes = 4;

export type PostgresSubscriptionOptions = SubscribeOptions & {
  url: string;
  pool: pg.Pool;
  /** How often to look without a notification, in milliseconds. */
  idlePoll: number;
};

/** A member of a group, through as many database sessions as it takes. With its session it loses all partitions. */
export class PostgresSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly slots = new Slots(lanes);
  private running: Promise<void> | undefined;
  lastSign = Date.now();

  constructor(private readonly options: PostgresSubscriptionOptions) {}

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
    if (!this.options.forget) return;
    await this.options.pool.query('DELETE FROM log_group WHERE name = $1', [this.options.group]).catch(() => {});
  }

  private async run(): Promise<void> {
    const { onState } = this.options;
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      const error = await this.session(() => (tries = 0)).catch((reason: unknown) => reason);
      onState?.('down', error);
      await pause(backoff(tries, 100, 2000), this.stopping.signal);
    }
  }

  private async session(settled: () => void): Promise<unknown> {
    const { url, onState, ...options } = this.options;
    const client = new TurnTakingClient({
      connectionString: url,
      keepAlive: true,
      application_name: options.group,
      connectionTimeoutMillis: 5000,
      query_timeout: 30_000,
    });
    const lost = new AbortController();
    let reason: unknown;
    const onFailure = (error?: unknown) => {
      reason ??= error;
      lost.abort();
    };
    client.on('error', onFailure);
    client.on('end', () => onFailure());
    const ends = AbortSignal.any([lost.signal, this.stopping.signal]);
    const onSign = () => (this.lastSign = Date.now());
    const session = new GroupSession({ ...options, client, slots: this.slots, ends, onSign, onFailure });
    try {
      await client.connect();
      await session.run(() => {
        settled();
        onState?.('up');
      });
    } finally {
      lost.abort();
      await session.finish();
      // A connection that is cut off half-way never says that it has ended.
      await atMost(
        1000,
        client.end().catch(() => {}),
      );
    }
    return reason;
  }
}
