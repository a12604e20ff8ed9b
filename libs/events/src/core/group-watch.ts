import type { AnyTopic } from '@homerealm/contracts';
import { pause } from './backoff.js';
import type { EventDatabase } from './event-database.js';
import type { EventLog } from './event-log.port.js';
import { metrics } from './metrics.js';

export type GroupWatchOptions = {
  service: string;
  database: EventDatabase;
  log: EventLog;
  topics: readonly AnyTopic[];
  /** How often to look, in milliseconds. Far below the minute that freshness allows. */
  every?: number;
};

/** The end of a partition at a moment: who has come so far had everything that was there then. */
type Sight = { end: bigint; at: number };
type Place = { topic: string; partition: number };
type Position = Place & { position: bigint; end: bigint };

const caughtUpSql = `
  INSERT INTO event_caught_up AS c (consumer, topic, partition, at)
  SELECT $1, topic, partition, clock_timestamp() - make_interval(secs => age)
  FROM unnest($2::text[], $3::int[], $4::float8[]) AS k (topic, partition, age) ORDER BY topic, partition
  ON CONFLICT (consumer, topic, partition) DO UPDATE SET at = greatest(c.at, excluded.at)`;

const arrivedSql = `
  DELETE FROM event_catch_up c USING unnest($2::text[], $3::int[], $4::bigint[]) AS k (topic, partition, position)
  WHERE c.consumer = $1 AND c.topic = k.topic AND c.partition = k.partition AND c.until_offset <= k.position`;

/**
 * Asks the log from time to time how far the group is. It is asked of the log and not of this process's reading: any
 * process of the service can answer for all, and one that has lost the log stops vouching.
 */
export class GroupWatch {
  private readonly stopping = new AbortController();
  private readonly sights = new Map<string, Sight>();
  private running: Promise<void> | undefined;

  constructor(private readonly options: GroupWatchOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Looks once, and writes down which partitions the group is through with. */
  async look(): Promise<void> {
    const { database, service } = this.options;
    const looked = performance.now();
    const positions = (await Promise.all(this.options.topics.map((topic) => this.positionsOf(topic)))).flat();
    const through = positions.flatMap((each) => this.through(each, looked));
    const arrays = <Row extends Place>(rows: Row[]) => [
      rows.map(({ topic }) => topic),
      rows.map(({ partition }) => partition),
    ];
    if (through.length > 0) {
      const ages = through.map(({ at }) => Math.max(0, performance.now() - at) / 1000);
      await database.sql.query(caughtUpSql, [service, ...arrays(through), ages]);
    }
    const offsets = positions.map(({ position }) => position);
    await database.sql.query(arrivedSql, [service, ...arrays(positions), offsets]);
  }

  private async run(): Promise<void> {
    const { every = 5000 } = this.options;
    for (let looks = 0; !this.stopping.signal.aborted; looks++) {
      // Whoever waits for a partition finds it stale after a minute; there is nothing else to do here.
      await this.look().catch(() => {});
      await pause(looks < 5 ? Math.min(500, every) : every, this.stopping.signal);
    }
  }

  private async positionsOf({ name, partitions }: AnyTopic): Promise<Position[]> {
    const { service, log } = this.options;
    const [bounds, position] = await Promise.all([log.bounds(name), log.position(service, name)]);
    return Array.from({ length: partitions }, (_, partition) => {
      const { start, end } = bounds.get(partition) ?? { start: 0n, end: 0n };
      const at = position.get(partition) ?? start;
      const labels = { service, topic: name, partition: String(partition) };
      metrics.lag.set(labels, Number(end > at ? end - at : 0n));
      return { topic: name, partition, position: at, end };
    });
  }

  /** @returns when the partition last ended where the group is now, or before that; nothing when it never did */
  private through({ topic, partition, position, end }: Position, looked: number): (Place & Sight)[] {
    const name = `${topic}/${partition}`;
    const now: Sight = { end, at: looked };
    const before = this.sights.get(name);
    if (position >= end) {
      this.sights.set(name, now);
      return [{ topic, partition, ...now }];
    }
    // Always a little behind is not stale: it counts from when what has been reached was the end.
    if (before && position >= before.end) {
      this.sights.set(name, now);
      return [{ topic, partition, ...before }];
    }
    if (!before) this.sights.set(name, now);
    return [];
  }
}
