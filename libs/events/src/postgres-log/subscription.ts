import pg from 'pg';
import { backoff, pause } from '../core/backoff.js';
import type { SubscribeOptions, Subscription } from '../core/event-log.port.js';
import { PartitionReader } from './partition-reader.js';
import { newsChannel } from './publisher.js';

/** How many partitions of one member work at a time. */
const lanes = 4;
const batchSize = 200;

export type PostgresSubscriptionOptions = SubscribeOptions & {
  url: string;
  pool: pg.Pool;
  /** How often to look without a notification, in milliseconds. */
  idlePoll: number;
};

/**
 * A member of a group. It owns a partition as long as its session holds the partition's lock; a member that dies, or
 * loses its connection, loses all of them, and another one takes over where the group's cursor stands.
 */
export class PostgresSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readers = new Map<string, PartitionReader>();
  private running: Promise<void> | undefined;
  private free = lanes;
  private readonly queue: (() => void)[] = [];

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
    const client = new pg.Client({
      connectionString: this.options.url,
      keepAlive: true,
      application_name: this.options.group,
    });
    const lost = new AbortController();
    let reason: unknown;
    const fail = (error?: unknown) => {
      reason ??= error;
      lost.abort();
    };
    client.on('error', fail);
    client.on('end', () => fail());
    client.on('notification', ({ payload }) => this.hear(payload ?? '*', fail));
    const ends = AbortSignal.any([lost.signal, this.stopping.signal]);
    try {
      await client.connect();
      await client.query(`LISTEN ${newsChannel}`);
      while (!ends.aborted) {
        await this.takePartitions(client, ends);
        settled();
        this.options.onState?.('up');
        await this.look(fail);
        await pause(this.options.idlePoll, ends);
      }
    } finally {
      lost.abort();
      await Promise.all([...this.readers.values()].map((reader) => reader.finish()));
      this.readers = new Map();
      await client.end().catch(() => {});
    }
    return reason;
  }

  /** Takes what nobody owns. With one member that is everything at once; later calls then cost nothing. */
  private async takePartitions(client: pg.Client, signal: AbortSignal): Promise<void> {
    const { group, topics, pool, handle, from } = this.options;
    const wanted = topics.flatMap(({ name, partitions }) =>
      Array.from({ length: partitions }, (_, part) => ({ name: `${name}/${part}`, topic: name, part })),
    );
    const missing = wanted.filter(({ name }) => !this.readers.has(name));
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => `${group} ${name}`);
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended(name, 0)) AS taken FROM unnest($1::text[]) AS name',
      [names],
    );
    const taken = missing.filter((_, index) => rows[index]?.taken);
    if (taken.length === 0) return;
    const cursors = await this.cursors(from === 'now');
    for (const { name, topic, part } of taken) {
      const position = cursors.get(name) ?? 0n;
      this.readers.set(name, new PartitionReader({ pool, group, topic, part, position, signal, handle, batchSize }));
    }
  }

  private async cursors(startNow: boolean): Promise<Map<string, bigint>> {
    const { pool, group, topics } = this.options;
    const names = topics.map(({ name }) => name);
    if (startNow) {
      const sql = `INSERT INTO log_group (name, topic, part, next_offset)
        SELECT $1, topic, part, next_offset FROM log_partition WHERE topic = ANY ($2) ON CONFLICT DO NOTHING`;
      await pool.query(sql, [group, names]);
    }
    const { rows } = await pool.query<{ topic: string; part: number; next_offset: string }>(
      'SELECT topic, part, next_offset FROM log_group WHERE name = $1 AND topic = ANY ($2)',
      [group, names],
    );
    return new Map(rows.map((row) => [`${row.topic}/${row.part}`, BigInt(row.next_offset)]));
  }

  /** Finds what no notification told us of. */
  private async look(failed: (error: unknown) => void): Promise<void> {
    const { rows } = await this.options.pool.query<{ topic: string; part: number; next_offset: string }>(
      'SELECT topic, part, next_offset FROM log_partition WHERE topic = ANY ($1)',
      [this.options.topics.map(({ name }) => name)],
    );
    for (const { topic, part, next_offset } of rows) {
      const reader = this.readers.get(`${topic}/${part}`);
      if (reader && BigInt(next_offset) > reader.position) reader.wake(this.inLane, failed);
    }
  }

  private hear(payload: string, failed: (error: unknown) => void): void {
    const names = payload === '*' ? [...this.readers.keys()] : payload.split(' ');
    for (const name of names) this.readers.get(name)?.wake(this.inLane, failed);
  }

  private readonly inLane = async <T>(work: () => Promise<T>): Promise<T> => {
    if (this.free === 0) await new Promise<void>((go) => this.queue.push(go));
    else this.free--;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  };
}
