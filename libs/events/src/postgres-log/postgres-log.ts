import type { AnyTopic } from '@homerealm/contracts';
import pg from 'pg';
import {
  type Bounds,
  EventLog,
  type Publisher,
  type SubscribeOptions,
  type Subscription,
} from '../core/event-log.port.js';
import { PreparingClient } from '../core/prepared.js';
import { whileNobodyIsMember } from './membership.js';
import { PostgresPublisher } from './publisher.js';
import { PostgresSubscription } from './subscription.js';
import { cleanUp, createTables } from './tables.js';

const hour = 3_600_000;

const boundsSql = `
  SELECT part, coalesce(low, next_offset) AS start, coalesce(high + 1, next_offset) AS "end"
  FROM log_partition p, LATERAL (
    SELECT min(off) AS low, max(off) AS high FROM log_event e WHERE e.topic = p.topic AND e.part = p.part
  ) AS kept WHERE topic = $1 ORDER BY part`;

const moveSql = `
  INSERT INTO log_group (name, topic, part, next_offset)
  SELECT $1, $2, part, next_offset FROM unnest($3::int[], $4::bigint[]) AS t (part, next_offset)
  ON CONFLICT (name, topic, part) DO UPDATE SET next_offset = excluded.next_offset`;

/** The event log in one Postgres database: the same order, groups and replay as Kafka, on one machine. */
export class PostgresLog extends EventLog {
  private readonly pool: pg.Pool;
  private readonly subscriptions = new Set<Subscription>();
  private readonly cleaning: NodeJS.Timeout;
  private ready: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly idlePoll = 1000,
  ) {
    super();
    this.pool = new pg.Pool({
      Client: PreparingClient,
      connectionString: url,
      max: 5,
      connectionTimeoutMillis: 5000,
      query_timeout: 30_000,
    });
    // A connection that breaks while nobody uses it is only replaced.
    this.pool.on('error', () => {});
    this.cleaning = setInterval(() => void cleanUp(this.pool).catch(() => {}), hour);
    this.cleaning.unref();
  }

  async ensureTopics(topics: readonly AnyTopic[]): Promise<void> {
    await this.getReady();
    const days = topics.map(({ policy }) => (policy.cleanup === 'delete' ? policy.retentionDays : null));
    await this.pool.query(
      `WITH declared AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[]) AS t (topic, cleanup, days, partitions)
      ), topics AS (
        INSERT INTO log_topic (topic, cleanup, retention_days) SELECT topic, cleanup, days FROM declared
        ORDER BY topic ON CONFLICT (topic) DO NOTHING
      )
      INSERT INTO log_partition (topic, part, next_offset)
      SELECT topic, part, 0 FROM declared, generate_series(0, partitions - 1) AS part
      ORDER BY topic, part ON CONFLICT DO NOTHING`,
      [
        topics.map(({ name }) => name),
        topics.map(({ policy }) => policy.cleanup),
        days,
        topics.map((t) => t.partitions),
      ],
    );
  }

  async openPublisher(): Promise<Publisher> {
    return new PostgresPublisher(this.pool);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    await this.ensureTopics(options.topics);
    const { url, pool, idlePoll } = this;
    const subscription = new PostgresSubscription({ ...options, url, pool, idlePoll });
    subscription.start();
    this.subscriptions.add(subscription);
    return subscription;
  }

  async bounds(topic: string): Promise<Map<number, Bounds>> {
    await this.getReady();
    const { rows } = await this.pool.query<{ part: number; start: string; end: string }>(boundsSql, [topic]);
    if (rows.length === 0) throw new Error(`the log has no topic ${topic}`);
    return new Map(rows.map(({ part, start, end }) => [part, { start: BigInt(start), end: BigInt(end) }]));
  }

  async position(group: string, topic: string): Promise<Map<number, bigint>> {
    await this.getReady();
    const { rows } = await this.pool.query<{ part: number; next_offset: string }>(
      'SELECT part, next_offset FROM log_group WHERE name = $1 AND topic = $2 ORDER BY part',
      [group, topic],
    );
    return new Map(rows.map(({ part, next_offset }) => [part, BigInt(next_offset)]));
  }

  async movePosition(group: string, topic: string, to: ReadonlyMap<number, bigint>): Promise<void> {
    await this.getReady();
    await whileNobodyIsMember(this.url, group, (client) =>
      client.query(moveSql, [group, topic, [...to.keys()], [...to.values()].map(String)]),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.cleaning);
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    await this.pool.end();
  }

  private async getReady(): Promise<void> {
    this.ready ??= createTables(this.pool).catch((error: unknown) => {
      this.ready = undefined;
      throw error;
    });
    await this.ready;
  }
}
