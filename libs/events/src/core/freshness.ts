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

const freshSql = `
  SELECT EXISTS (SELECT 1 FROM event_caught_up WHERE consumer = $1 AND topic = $2 AND partition = $4
      AND at > clock_timestamp() - make_interval(secs => $5))
    AND NOT EXISTS (SELECT 1 FROM event_catch_up WHERE consumer = $1 AND topic = $2 AND partition = $4)
    AND NOT EXISTS (SELECT 1 FROM event_inbox WHERE consumer = $1 AND topic = $2 AND subject = $3 AND state <> 'open')
    AS fresh`;

/** Whether what a consumer knows of a subject may be relied on. Who decides about access asks here first. */
export class Freshness {
  constructor(private readonly options: FreshnessOptions) {}

  /**
   * False when an event of the subject is parked or missing, when the past is being read again, or when nobody can say
   * that everything published until a minute ago has been applied. One statement on the consumer's own database.
   */
  async isFresh(topic: AnyTopic, subject: string): Promise<boolean> {
    const { database, consumer, within = 60 } = this.options;
    const partition = partitionOf(subject, topic.partitions);
    const values = [consumer, topic.name, subject, partition, within];
    const [row] = await database.sql.query<{ fresh: boolean }>(freshSql, values);
    return row?.fresh ?? false;
  }
}
