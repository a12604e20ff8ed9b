import type { AnyTopic } from '@homerealm/contracts';
import type { EventDatabase } from './event-database.js';
import { partitionOf } from './murmur2.js';

export type FreshnessOptions = {
  database: EventDatabase;
  /** Whose cursors are asked. */
  consumer: string;
  /** How long ago the consumer must have been through with all of a partition, in seconds. */
  within?: number;
};

/**
 * How far what a consumer knows of a subject may be relied on. `fresh`: everything published until a moment ago has
 * been applied. `behind`: nobody can say that, or the past is being read again. `stopped`: an event of this very subject
 * is parked or missing.
 */
export type Standing = 'fresh' | 'behind' | 'stopped';

const standingsSql = `
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM event_inbox i
      WHERE i.consumer = $1 AND i.topic = asked.topic AND i.subject = $3 AND i.state <> 'open') THEN 'stopped'
    WHEN EXISTS (SELECT 1 FROM event_caught_up c WHERE c.consumer = $1 AND c.topic = asked.topic
        AND c.partition = asked.partition AND c.at > clock_timestamp() - make_interval(secs => $5))
      AND NOT EXISTS (SELECT 1 FROM event_catch_up p
        WHERE p.consumer = $1 AND p.topic = asked.topic AND p.partition = asked.partition) THEN 'fresh'
    ELSE 'behind' END AS standing
  FROM unnest($2::text[], $4::int[]) WITH ORDINALITY AS asked (topic, partition, place) ORDER BY place`;

/** Whether what a consumer knows of a subject may be relied on. Who decides about access asks here first. */
export class Freshness {
  constructor(private readonly options: FreshnessOptions) {}

  /**
   * False when an event of the subject is parked or missing, when the past is being read again, or when nobody can say
   * that everything published until a minute ago has been applied. One statement on the consumer's own database.
   */
  async isFresh(topic: AnyTopic, subject: string): Promise<boolean> {
    return (await this.standings(subject, [topic]))[0] === 'fresh';
  }

  /** True when an event of this very subject is parked or missing. An event log that is down stops nobody. */
  async isStopped(topic: AnyTopic, subject: string): Promise<boolean> {
    return (await this.standings(subject, [topic]))[0] === 'stopped';
  }

  /** The same for several topics at once, in their order; still one statement. */
  async standings(subject: string, topics: readonly AnyTopic[]): Promise<Standing[]> {
    const { database, consumer, within = 60 } = this.options;
    const names = topics.map(({ name }) => name);
    const partitions = topics.map((topic) => partitionOf(subject, topic.partitions));
    const rows = await database.sql.query<{ standing: Standing }>(standingsSql, [
      ...[consumer, names, subject, partitions, within],
    ]);
    return rows.map(({ standing }) => standing);
  }
}
