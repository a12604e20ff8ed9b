import type { AnyTopic } from '@homerealm/contracts';
import { becauseOf, causeOf } from '../core/cause.js';
import { type Decoded, decodeRecord } from '../core/envelope.js';
import type { EventLog, StoredRecord } from '../core/event-log.port.js';
import { metrics } from '../core/metrics.js';
import type { Cursor, CursorContext } from './context.js';
import { type DeadLetter, type DeadLetters, numberOf } from './dead-letters.js';
import type { Plan } from './handlers.js';

/** Where a consumer without a Postgres of its own keeps how far it is: beside its data. */
export type Cursors = {
  /** The number that was stored last for the subject; null when there is none. */
  last(topic: string, subject: string): Promise<number | null>;
  /** Store the number without an effect: the consumer has nothing to do with this event. */
  move(cursor: Cursor): Promise<void>;
};

export type SequencerOptions = {
  name: string;
  log: EventLog;
  cursors: Cursors;
  plan: Plan<CursorContext>;
  deadLetters: DeadLetters;
};

/** What a handler threw, apart from what the cursors and the log fail with. */
export class HandlerError extends Error {}

/** `behind`: an earlier event has to come first. */
export type Turn = 'applied' | 'duplicate' | 'behind';

/** Applies the event whose turn it is, by the numbers that the consumer keeps with its data. */
export class Sequencer {
  private readonly topics: Map<string, AnyTopic>;
  /** Partitions whose oldest events the log does not hold any more. They never come back. */
  private readonly trimmed = new Set<string>();

  constructor(private readonly options: SequencerOptions) {
    const { followed, startFrom } = options.plan;
    this.topics = new Map([...followed, ...startFrom].map((topic) => [topic.name, topic]));
  }

  /** @throws UndecodableError */
  decode(record: StoredRecord): Decoded {
    return decodeRecord(record, this.topicOf(record));
  }

  /** @throws HandlerError with the handler's error as its cause, and whatever the cursors or the log fail with */
  async apply(record: StoredRecord, decoded: Decoded): Promise<Turn> {
    const { name: service, cursors } = this.options;
    const cursor = this.cursorOf(record, decoded);
    const last = await cursors.last(cursor.topic, cursor.subject);
    if (cursor.sequence <= (last ?? 0)) {
      metrics.duplicates.inc({ service, topic: record.topic });
      return 'duplicate';
    }
    if (!(await this.isNext(record, cursor, last))) return 'behind';
    await this.handle(record, decoded, cursor);
    metrics.applied.inc({ service, topic: record.topic });
    return 'applied';
  }

  /** Whether the cursor has been moved past a record, if need be by hand. */
  async isPast(record: StoredRecord): Promise<boolean> {
    const number = numberOf(record);
    return number > 0 && number <= ((await this.options.cursors.last(this.counted(record), record.key ?? '')) ?? 0);
  }

  /**
   * Sees to it that later events of a subject cannot be taken for its first one, when the first record we ever saw of it
   * becomes a dead letter.
   */
  async holdBack(record: StoredRecord): Promise<void> {
    const topic = this.counted(record);
    if (record.key === null || this.topics.get(topic)?.policy.cleanup === 'compact') return;
    const { cursors } = this.options;
    if ((await cursors.last(topic, record.key)) !== null) return;
    // The number before an event; nothing at all for a state, which stands for all before it.
    const sequence = topic === record.topic ? Math.max(0, numberOf(record) - 1) : 0;
    await cursors.move({ topic, subject: record.key, sequence });
  }

  /** The topic whose cursor a record moves: a state that gives the start stands for all events up to its sequence. */
  private counted(record: StoredRecord): string {
    const { use, topic } = this.options.plan.handlerOf(record.topic);
    return use === 'start-from' ? (topic.stateOf ?? topic.name) : topic.name;
  }

  private topicOf(record: StoredRecord): AnyTopic {
    const topic = this.topics.get(record.topic);
    if (!topic) throw new Error(`${record.topic} was not asked for`);
    return topic;
  }

  private cursorOf(record: StoredRecord, { event, revision }: Decoded): Cursor {
    const topic = this.counted(record);
    const sequence = topic === record.topic ? revision : (event?.sequence ?? 0);
    return { topic, subject: record.key ?? '', sequence };
  }

  private async isNext(record: StoredRecord, { sequence }: Cursor, last: number | null): Promise<boolean> {
    if (this.topicOf(record).policy.cleanup === 'compact') return true;
    if (sequence === (last ?? 0) + 1) return true;
    // Of a subject that is new to us, the log may have forgotten the first events; else one is missing.
    return last === null && (await this.isTrimmed(record));
  }

  private async isTrimmed({ topic, partition }: StoredRecord): Promise<boolean> {
    const place = `${topic}/${partition}`;
    if (this.trimmed.has(place)) return true;
    const isTrimmed = ((await this.options.log.bounds(topic)).get(partition)?.start ?? 0n) > 0n;
    if (isTrimmed) this.trimmed.add(place);
    return isTrimmed;
  }

  private async handle(record: StoredRecord, { event, revision }: Decoded, cursor: Cursor): Promise<void> {
    const { name, plan, cursors, deadLetters } = this.options;
    const { topic, partition, offset, headers } = record;
    const handler = plan.handlerOf(topic);
    if (!event || !handler.hears(event.type)) return cursors.move(cursor);
    try {
      const context = { topic, partition, offset, headers, revision, cursor };
      await becauseOf(causeOf(name, record), async () => handler.handle(event, context));
    } catch (error) {
      throw new HandlerError('the handler failed', { cause: error });
    }
    if (this.topicOf(record).events[event.type]?.erases) await this.erase(event.subject, deadLetters);
  }

  private async erase(subject: string, deadLetters: DeadLetters): Promise<void> {
    const about = ({ record }: DeadLetter) => record.key === subject;
    await deadLetters.settle((await deadLetters.list()).filter(about));
  }
}
