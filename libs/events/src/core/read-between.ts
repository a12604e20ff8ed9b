import type { AnyTopic } from '@homerealm/contracts';
import { pause } from './backoff.js';
import type { EventLog, RecordBatch, StoredRecord, Subscription } from './event-log.port.js';
import { uuid7 } from './uuid7.js';

/** Offsets of one partition: `from` is left out for the oldest that is kept; `until` is not read itself. */
export type Range = { from?: bigint; until: bigint };

/** Says `enough` when nothing more of the record's partition is wanted. */
export type OnRecord = (record: StoredRecord) => void | 'enough';

/** How long to wait for a log that gives no sign, in milliseconds. */
const patience = 60_000;
/**
 * Compaction may have removed the last records, and then nothing tells that we are at the end: a partition that is
 * silent for so long, while the log is there, holds no more.
 */
const quiet = 10_000;

/**
 * Reads the ranges of a topic once, in order for each partition, and leaves no trace at the log.
 * @throws Error when the log gives no sign for a minute
 */
export async function readBetween(
  log: EventLog,
  topic: AnyTopic,
  ranges: ReadonlyMap<number, Range>,
  onRecord: OnRecord,
): Promise<void> {
  const reader = new RangeReader(ranges, onRecord);
  if (reader.isDone) return;
  const group = `read-${uuid7()}`;
  await log.movePosition(group, topic.name, positionsOf(ranges));
  const subscription = await log.subscribe({
    ...{ group, topics: [topic], from: 'beginning', forget: true },
    handle: reader.handle,
    onState: (state, error) => state === 'dead' && reader.fail(error),
  });
  try {
    await reader.wait(subscription);
  } finally {
    await subscription.close();
  }
}

const positionsOf = (ranges: ReadonlyMap<number, Range>): Map<number, bigint> =>
  new Map([...ranges].flatMap(([partition, { from }]) => (from === undefined ? [] : [[partition, from]])));

class RangeReader {
  /** The next offset of each partition that is not read to its end. */
  private readonly open: Map<number, { next: bigint; until: bigint }>;
  private readonly ended = new AbortController();
  private lastRecord = Date.now();
  private failure: { error: unknown } | undefined;

  constructor(
    ranges: ReadonlyMap<number, Range>,
    private readonly onRecord: OnRecord,
  ) {
    const all = [...ranges].map(([partition, { from = 0n, until }]) => [partition, { next: from, until }] as const);
    this.open = new Map(all.filter(([, { next, until }]) => next < until));
  }

  get isDone(): boolean {
    return this.open.size === 0;
  }

  handle = async (batch: RecordBatch): Promise<void> => {
    for (const record of batch.records) {
      if (batch.signal.aborted) return;
      const at = this.open.get(record.partition);
      if (!at) return batch.stopPartition();
      this.lastRecord = Date.now();
      // A member that was away for a moment is given some records again.
      if (record.offset >= at.next) this.take(record, at);
      batch.done(record);
    }
  };

  fail(error: unknown): void {
    this.failure ??= { error };
    this.ended.abort();
  }

  async wait(subscription: Subscription): Promise<void> {
    while (!this.ended.signal.aborted) {
      await pause(500, this.ended.signal);
      const [silence, sign] = [Date.now() - this.lastRecord, Date.now() - subscription.lastSign];
      if (silence > quiet && sign < quiet / 2) return;
      if (sign > patience) throw new Error('the event log gives no sign');
    }
    if (this.failure) throw this.failure.error;
  }

  private take(record: StoredRecord, at: { next: bigint; until: bigint }): void {
    at.next = record.offset + 1n;
    try {
      const isEnough = record.offset >= at.until || this.onRecord(record) === 'enough';
      if (isEnough || at.next >= at.until) this.open.delete(record.partition);
    } catch (error) {
      this.fail(error);
    }
    if (this.isDone) this.ended.abort();
  }
}
