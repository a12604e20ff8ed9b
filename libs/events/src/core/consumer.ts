import type { AnyTopic, ReceivedEvent } from '@homerealm/contracts';
import { backoff, pause } from './backoff.js';
import { becauseOf } from './cause.js';
import type { Database } from './database.js';
import { type Decoded, decodeRecord, UndecodableError } from './envelope.js';
import type { RecordBatch, StoredRecord } from './event-log.port.js';
import { Inbox, type ParkReason } from './inbox.js';
import { fingerprint, type Says } from './log.js';
import { metrics } from './metrics.js';
import { isTransient } from './transient.js';

/** Gives an event to its handler. Runs inside the consumer's transaction. */
export type Handle = (
  event: ReceivedEvent<string, unknown>,
  decoded: Decoded,
  record: StoredRecord,
) => Promise<unknown>;

export type ConsumerOptions = {
  service: string;
  database: Database;
  topics: AnyTopic[];
  handle: Handle;
  says: Says;
  /** How many events may share a transaction when many wait. */
  chunkSize?: number;
  /** How often an event that fails by itself is tried before its subject is parked. */
  tries?: number;
};

/** A record, read: an event (or one of an unknown type), or why it is none. */
type Item = { record: StoredRecord; topic: AnyTopic } & ({ decoded: Decoded } | { undecodable: unknown });

/**
 * Applies records one after another: cursor, effect and the handler's own events in one transaction. What failed for a
 * reason of the world is tried again in place, for as long as it takes; what fails by itself is parked with all later
 * events of its subject, and the others go on.
 */
export class Consumer {
  private readonly inbox: Inbox;
  private readonly topics: Map<string, AnyTopic>;
  /** Partitions that wait for the world, and since when. */
  readonly stuckSince = new Map<string, Date>();

  constructor(private readonly options: ConsumerOptions) {
    this.inbox = new Inbox(options.service);
    this.topics = new Map(options.topics.map((topic) => [topic.name, topic]));
  }

  /** Applies a batch, and stops early when its signal aborts or when it cannot go on without losing an event. */
  handleBatch = async (batch: RecordBatch): Promise<void> => {
    const { chunkSize = 50 } = this.options;
    for (let start = 0; start < batch.records.length && !batch.signal.aborted; start += chunkSize) {
      const items = batch.records.slice(start, start + chunkSize).map((record) => this.read(record));
      if (!(await this.applyChunk(items, batch))) return;
    }
  };

  private read(record: StoredRecord): Item {
    const topic = this.topics.get(record.topic);
    if (!topic) throw new Error(`${record.topic} was not asked for`);
    try {
      return { record, topic, decoded: decodeRecord(record, topic) };
    } catch (error) {
      return { record, topic, undecodable: error };
    }
  }

  /** @returns false when the rest of the batch must be left alone */
  private async applyChunk(items: Item[], batch: RecordBatch): Promise<boolean> {
    if (items.length > 1 && items.every(isPlain) && (await this.applyTogether(items))) {
      for (const { record } of items) batch.done(record);
      return true;
    }
    for (const item of items) {
      if (batch.signal.aborted) return false;
      if (item.record.key === null) {
        this.options.says.error(
          `${placeOf(item.record)} has no key: this partition stops here, and needs an operator.`,
        );
        batch.stopPartition();
        return false;
      }
      if (!(await this.applyAtLast(item, batch.signal))) return false;
      batch.done(item.record);
    }
    return true;
  }

  /** Many at once are cheaper; if one fails, nothing has happened, and they go one by one. */
  private async applyTogether(items: Item[]): Promise<boolean> {
    try {
      const counted = await this.options.database.transaction(async () => {
        const outcomes: (() => void)[] = [];
        for (const item of items) outcomes.push(await this.apply(item));
        return outcomes;
      });
      for (const count of counted) count();
      return true;
    } catch {
      return false;
    }
  }

  /** Tries until the event is applied or parked. @returns false when we have to stop before that */
  private async applyAtLast(item: Item, signal: AbortSignal): Promise<boolean> {
    const { service, database, tries = 3 } = this.options;
    let [own, worlds] = [0, 0];
    for (let cause: unknown; ;) {
      const givesUp = own >= tries;
      try {
        const count = await database.transaction(() => (givesUp ? this.park(item, 'failed', cause) : this.apply(item)));
        count();
        this.stuckSince.delete(streamOf(item.record));
        return true;
      } catch (error) {
        metrics.retries.inc({ service, topic: item.record.topic });
        const isWorlds = givesUp || isTransient(error);
        if (isWorlds) this.getStuck(item.record, error);
        else cause = error;
        await pause(isWorlds ? backoff(++worlds, 50, 5000) : backoff(++own, 50, 1000), signal);
        if (signal.aborted) return false;
      }
    }
  }

  private getStuck(record: StoredRecord, error: unknown): void {
    if (this.stuckSince.has(streamOf(record))) return;
    this.stuckSince.set(streamOf(record), new Date());
    this.options.says.warn(`${placeOf(record)} waits: ${fingerprint(error)}`);
  }

  /** Inside a transaction. @returns what to count once it has committed */
  private async apply(item: Item): Promise<() => void> {
    if ('undecodable' in item) return this.park(item, 'undecodable', item.undecodable);
    const { record, topic, decoded } = item;
    const { service, database, handle } = this.options;
    const labels = { service, topic: topic.name };
    const place = { topic: topic.name, subject: record.key ?? '' };
    const anyLater = topic.policy.cleanup === 'compact';
    const turn = await this.inbox.takeTurn(database.manager, place, decoded.revision, anyLater);
    if (turn === 'duplicate') return () => metrics.duplicates.inc(labels);
    if (turn === 'parked') return this.park(item, 'behind');
    if (turn === 'gap') return this.park(item, 'gap');
    const { event } = decoded;
    if (!event) return () => {};
    await becauseOf({ eventId: decoded.id, traceparent: decoded.traceparent }, () => handle(event, decoded, record));
    return () => {
      metrics.applied.inc(labels);
      metrics.age.observe(labels, Math.max(0, Date.now() - Date.parse(event.time)) / 1000);
    };
  }

  private async park(item: Item, reason: ParkReason, error?: unknown): Promise<() => void> {
    const { service, database, says } = this.options;
    const { record } = item;
    const why = {
      reason,
      revision: 'decoded' in item ? item.decoded.revision : undefined,
      error: error === undefined ? undefined : describeError(error),
    };
    const isNew = await this.inbox.park(database.manager, record, why);
    return () => {
      if (!isNew) return;
      const labels = { service, topic: record.topic };
      metrics.parked.inc(labels);
      if (reason === 'gap') metrics.gaps.inc(labels);
      if (reason !== 'behind')
        says.error(`${placeOf(record)} is parked (${reason}): ${why.error ?? 'an earlier event is missing'}`);
    };
  }
}

const isPlain = (item: Item): boolean => 'decoded' in item && item.record.key !== null;
const streamOf = (record: StoredRecord): string => `${record.topic}/${record.partition}`;

/** Our own errors name fields and never values, so their words may be kept. */
const describeError = (error: unknown): string =>
  error instanceof UndecodableError ? error.message : fingerprint(error);

const placeOf = (record: StoredRecord): string =>
  `${record.headers['ce_type'] ?? 'A record'} ${record.headers['ce_id'] ?? ''} at ${record.topic}/${record.partition}:${record.offset}`;
