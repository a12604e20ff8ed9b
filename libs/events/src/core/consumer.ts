import type { AnyTopic, ReceivedEvent } from '@homerealm/contracts';
import { backoff, pause } from './backoff.js';
import { becauseOf, causeOf } from './cause.js';
import { type Decoded, decodeRecord, UndecodableError } from './envelope.js';
import type { EventDatabase } from './event-database.js';
import type { RecordBatch, StoredRecord } from './event-log.port.js';
import { type Counting, Inbox, type ParkReason, type Run } from './inbox.js';
import { intoLanes, Progress, Slots } from './lanes.js';
import { fingerprint, type Says } from './log.js';
import { metrics } from './metrics.js';
import { Origins } from './origins.js';
import { ParkedEvents } from './parked.js';
import { reach } from './points.js';
import { noteOutcome } from './tracing.js';
import { isTransient } from './transient.js';

/** Gives an event to its handler. Runs inside the consumer's transaction. */
export type Handle = (
  event: ReceivedEvent<string, unknown>,
  decoded: Decoded,
  record: StoredRecord,
) => Promise<unknown>;

export type ConsumerOptions = {
  service: string;
  database: EventDatabase;
  topics: AnyTopic[];
  handle: Handle;
  says: Says;
  /** State topics that only give the start: the cursor of their event topic moves with each state. */
  snapshots?: readonly AnyTopic[];
  /** Topics whose waiting events may share a transaction: their handlers have no effect outside the database. */
  together?: (topic: string) => boolean;
  /** How many events may share a transaction. */
  chunkSize?: number;
  /** How many transactions may be open at a time. Keys of one partition are shared out to as many lanes. */
  concurrency?: number;
  /** How often an event that fails by itself is tried before its subject is parked. */
  tries?: number;
};

/** A record, read: an event (or one of an unknown type), or why it is none. */
type Item = { record: StoredRecord; topic: AnyTopic } & ({ decoded: Decoded } | { undecodable: unknown });
/** What one batch of a partition needs to know. */
type Work = { batch: RecordBatch; counting: Counting; progress: Progress<Item>; together: boolean };

/**
 * Applies records: cursor, effect and the handler's own events in one transaction; in order for each subject, subjects
 * side by side. What failed for a reason of the world is tried again in place, for as long as it takes; what fails by
 * itself is parked with all later events of its subject, and the others go on.
 */
export class Consumer {
  private readonly inbox: Inbox;
  private readonly topics: Map<string, AnyTopic>;
  private readonly origins: Origins;
  private readonly parkedEvents: ParkedEvents;
  private readonly slots: Slots;
  private readonly counters = new Map<string, Counters>();
  /** Partitions that wait for the world, and since when. */
  readonly stuckSince = new Map<string, Date>();

  constructor(private readonly options: ConsumerOptions) {
    this.inbox = new Inbox(options.service);
    this.topics = new Map(options.topics.map((topic) => [topic.name, topic]));
    this.origins = new Origins(options.database, options.service);
    this.parkedEvents = new ParkedEvents(options.database);
    this.slots = new Slots(this.concurrency);
  }

  private get concurrency(): number {
    return this.options.concurrency ?? 4;
  }

  /** Applies a batch, and stops early when its signal aborts or when it cannot go on without losing an event. */
  handleBatch = async (batch: RecordBatch): Promise<void> => {
    const [first] = batch.records;
    if (!first) return;
    reach('consumer.received');
    const topic = this.topicOf(first);
    const counting = await this.countingOf(first, topic, batch.signal);
    if (!counting) return;
    const items = batch.records.map((record) => this.read(record, topic));
    const keyless = items.findIndex(({ record }) => record.key === null);
    const workable = keyless === -1 ? items : items.slice(0, keyless);
    const progress = new Progress(workable, ({ record }) => batch.done(record));
    const together = this.options.together?.(topic.name) ?? false;
    const lanes = intoLanes(workable, ({ record }) => record.key ?? '', this.concurrency);
    await Promise.all(lanes.map((lane) => this.runLane(lane, { batch, counting, progress, together })));
    const stopping = items[keyless];
    if (!stopping || !progress.isWhole) return;
    this.options.says.error(
      `${placeOf(stopping.record)} has no key: this partition stops here, and needs an operator.`,
    );
    batch.stopPartition();
  };

  /** Runs a parked event again. Inside a transaction; the cursor has been moved by the caller. @throws what it fails with */
  async applyParked(record: StoredRecord): Promise<void> {
    const topic = this.topicOf(record);
    await this.handle(record, decodeRecord(record, topic), topic);
  }

  private topicOf(record: StoredRecord): AnyTopic {
    const topic = this.topics.get(record.topic);
    if (!topic) throw new Error(`${record.topic} was not asked for`);
    return topic;
  }

  private async countingOf(first: StoredRecord, topic: AnyTopic, signal: AbortSignal): Promise<Counting | undefined> {
    const anyLater = topic.policy.cleanup === 'compact';
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        return { anyLater, fromOne: !anyLater && (await this.origins.isFromTheStart(first)) };
      } catch (error) {
        this.getStuck(first, error);
        await pause(backoff(tries, 50, 5000), signal);
      }
    }
    return undefined;
  }

  private read(record: StoredRecord, topic: AnyTopic): Item {
    try {
      return { record, topic, decoded: decodeRecord(record, topic) };
    } catch (error) {
      return { record, topic, undecodable: error };
    }
  }

  private async runLane(lane: Item[], work: Work): Promise<void> {
    const chunkSize = work.together ? (this.options.chunkSize ?? 50) : 1;
    for (let start = 0; start < lane.length && !work.batch.signal.aborted; start += chunkSize) {
      const chunk = lane.slice(start, start + chunkSize);
      if (!(await this.applyChunk(chunk, work))) return;
    }
  }

  /** @returns false when the rest of the lane must be left alone */
  private async applyChunk(items: Item[], work: Work): Promise<boolean> {
    const { signal } = work.batch;
    if (signal.aborted) return false;
    if (items.length > 1 && items.every(isPlain) && (await this.applyTogether(items, work))) return true;
    for (const item of items) {
      if (signal.aborted || !(await this.applyAtLast(item, work))) return false;
      work.progress.finish(item);
      reach('consumer.marked');
    }
    return true;
  }

  /** Many at once are cheaper; if one is not plainly next or fails, nothing has happened, and they go one by one. */
  private async applyTogether(items: PlainItem[], { counting, progress }: Work): Promise<boolean> {
    const { database } = this.options;
    const runs = runsOf(items, counting);
    const topic = items[0]?.topic;
    if (!runs || !topic) return false;
    try {
      await this.inTransaction(async () => {
        if (!(await this.inbox.takeTurns(database.sql, topic.name, runs, counting))) throw new NotPlain();
        for (const { record, decoded } of items) await this.handle(record, decoded, topic);
        reach('consumer.applied');
      });
    } catch {
      return false;
    }
    reach('consumer.committed');
    for (const item of items) {
      this.countApplied(item.topic, item.decoded);
      progress.finish(item);
    }
    this.stuckSince.delete(streamOf(items[0]?.record));
    reach('consumer.marked');
    return true;
  }

  /** Tries until the event is applied or parked. @returns false when we have to stop before that */
  private async applyAtLast(item: Item, { batch: { signal }, counting }: Work): Promise<boolean> {
    const { service, tries = 3 } = this.options;
    let [own, worlds] = [0, 0];
    for (let cause: unknown; ;) {
      const givesUp = own >= tries;
      try {
        const count = await this.inTransaction(async () => {
          const counts = await (givesUp ? this.park(item, 'failed', cause) : this.apply(item, counting));
          reach('consumer.applied');
          return counts;
        });
        count();
        reach('consumer.committed');
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

  /** Who waits before another try holds nobody up. */
  private inTransaction<T>(work: () => Promise<T>): Promise<T> {
    return this.slots.use(() => this.options.database.transaction(work));
  }

  private getStuck(record: StoredRecord, error: unknown): void {
    if (this.stuckSince.has(streamOf(record))) return;
    this.stuckSince.set(streamOf(record), new Date());
    this.options.says.warn(`${placeOf(record)} waits: ${fingerprint(error)}`);
  }

  /** Inside a transaction. @returns what to count once it has committed */
  private async apply(item: Item, counting: Counting): Promise<() => void> {
    if ('undecodable' in item) return this.park(item, 'undecodable', item.undecodable);
    const { record, topic, decoded } = item;
    const { service, database } = this.options;
    const place = { topic: topic.name, subject: record.key ?? '' };
    const turn = await this.inbox.takeTurn(database.sql, place, decoded.revision, counting);
    if (turn === 'duplicate') {
      return () => {
        metrics.duplicates.inc({ service, topic: topic.name });
        noteOutcome(service, record, 'duplicate');
      };
    }
    if (turn !== 'next') {
      if (!erases(topic, decoded)) return this.park(item, turn === 'gap' ? 'gap' : 'behind');
      // What is missing or put aside before it does not matter any more.
      await this.inbox.jumpTo(database.sql, place, decoded.revision);
    }
    await this.handle(record, decoded, topic);
    if (counting.anyLater) await this.inbox.forgetOlder(database.sql, place, decoded.revision);
    return () => this.countApplied(topic, decoded);
  }

  private async handle(record: StoredRecord, decoded: Decoded, topic: AnyTopic): Promise<void> {
    const { event } = decoded;
    if (!event) return;
    const { database, snapshots } = this.options;
    if (topic.stateOf && snapshots?.includes(topic)) {
      const place = { topic: topic.stateOf, subject: event.subject };
      if (!(await this.inbox.startFrom(database.sql, place, event.sequence))) return;
    }
    await becauseOf(causeOf(this.options.service, record), () => this.options.handle(event, decoded, record));
    if (erases(topic, decoded)) await this.parkedEvents.eraseSubject(event.subject);
  }

  private countApplied(topic: AnyTopic, { event }: Decoded): void {
    if (!event) return;
    const { applied, age } = this.countersOf(topic.name);
    applied.inc();
    age.observe(Math.max(0, Date.now() - Date.parse(event.time)) / 1000);
  }

  /** Looked up once: sorting labels for each event costs as much as reading it. */
  private countersOf(topic: string): Counters {
    const known = this.counters.get(topic);
    if (known) return known;
    const labels = { service: this.options.service, topic };
    const counters = { applied: metrics.applied.labels(labels), age: metrics.age.labels(labels) };
    this.counters.set(topic, counters);
    return counters;
  }

  private async park(item: Item, reason: ParkReason, error?: unknown): Promise<() => void> {
    const { service, database, says } = this.options;
    const { record } = item;
    if (await this.inbox.isErased(database.sql, record.key)) {
      return () => says.warn(`${placeOf(record)} is left out (${reason}): its subject was erased`);
    }
    const why = {
      reason,
      revision: 'decoded' in item ? item.decoded.revision : undefined,
      error: error === undefined ? undefined : describeError(error),
    };
    const isNew = await this.inbox.park(database.sql, record, why);
    return () => {
      if (!isNew) return;
      const labels = { service, topic: record.topic };
      metrics.parked.inc(labels);
      noteOutcome(service, record, 'parked', reason);
      if (reason === 'gap') metrics.gaps.inc(labels);
      if (reason !== 'behind')
        says.error(`${placeOf(record)} is parked (${reason}): ${why.error ?? 'an earlier event is missing'}`);
    };
  }
}

/** A topic's figures of what was applied. */
type Counters = { applied: { inc(): void }; age: { observe(seconds: number): void } };

type PlainItem = Item & { decoded: Decoded };

/** The events of a chunk cannot all be applied together. Only ends the transaction. */
class NotPlain extends Error {}

/** Per subject one run; undefined when the numbers of one do not follow each other. */
function runsOf(items: PlainItem[], { anyLater }: Counting): Run[] | undefined {
  const runs = new Map<string, Run>();
  for (const { record, decoded } of items) {
    const subject = record.key ?? '';
    const run = runs.get(subject);
    if (!run) runs.set(subject, { subject, first: decoded.revision, last: decoded.revision });
    else if (anyLater ? decoded.revision > run.last : decoded.revision === run.last + 1) run.last = decoded.revision;
    else return undefined;
  }
  return [...runs.values()].sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

const erases = (topic: AnyTopic, { event }: Decoded): boolean =>
  event !== null && topic.events[event.type]?.erases === true;

const isPlain = (item: Item): item is PlainItem => 'decoded' in item;
const streamOf = (record: StoredRecord | undefined): string => `${record?.topic}/${record?.partition}`;

/** Our own errors name fields and never values, so their words may be kept. */
export const describeError = (error: unknown): string =>
  error instanceof UndecodableError ? error.message : fingerprint(error);

/** A record in words for the log: type, id and place. */
export const placeOf = (record: StoredRecord): string =>
  `${record.headers['ce_type'] ?? 'A record'} ${record.headers['ce_id'] ?? ''} at ${record.topic}/${record.partition}:${record.offset}`;
