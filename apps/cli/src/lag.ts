import type { AnyTopic } from '@homerealm/contracts';
import { type Bounds, type EventLog, type Range, readBetween } from '@homerealm/events/operations';

/** How far a group is with one partition. */
export type Lag = {
  consumer: string;
  topic: string;
  partition: number;
  /** The next offset it will read; null: it has not done any record here. */
  position: bigint | null;
  end: bigint;
  /** How many offsets there are between the two. */
  lag: bigint;
  /** When the oldest event that waits happened, ISO 8601; null when none does, or it is not known. */
  since: string | null;
};

/**
 * Measures from outside, so the consumer need not run. A group reads a topic when it has done some record of it.
 * @param wantsSince also reads the first waiting event of each partition, to tell its time
 */
export async function measureLag(
  log: EventLog,
  topic: AnyTopic,
  consumers: readonly string[],
  wantsSince: boolean,
): Promise<Lag[]> {
  const found: Lag[] = [];
  const bounds = await log.bounds(topic.name);
  for (const consumer of consumers) {
    const position = await log.position(consumer, topic.name);
    if (position.size === 0) continue;
    const lags = [...bounds].map(([partition, at]) => lagOf(position.get(partition), at, partition));
    const since = wantsSince ? await waitingSince(log, topic, lags) : new Map<number, string>();
    for (const lag of lags) {
      found.push({ consumer, topic: topic.name, ...lag, since: since.get(lag.partition) ?? null });
    }
  }
  return found.sort((one, other) => one.consumer.localeCompare(other.consumer) || one.partition - other.partition);
}

type PartitionLag = Pick<Lag, 'partition' | 'position' | 'end' | 'lag'>;

/** What the log has dropped can not be waited for. */
function lagOf(position: bigint | undefined, { start, end }: Bounds, partition: number): PartitionLag {
  const next = position === undefined || position < start ? start : position;
  return { partition, position: position ?? null, end, lag: end > next ? end - next : 0n };
}

async function waitingSince(log: EventLog, topic: AnyTopic, lags: PartitionLag[]): Promise<Map<number, string>> {
  const ranges = lags
    .filter(({ lag }) => lag > 0n)
    .map(({ partition, end, lag }): [number, Range] => [partition, { from: end - lag, until: end }]);
  const since = new Map<number, string>();
  await readBetween(log, topic, new Map(ranges), ({ partition, headers }) => {
    const time = headers['ce_time'];
    if (time !== undefined && !Number.isNaN(Date.parse(time))) since.set(partition, time);
    return 'enough';
  });
  return since;
}
