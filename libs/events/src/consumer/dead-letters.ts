import type { AnyTopic } from '@homerealm/contracts';
import type { EventLog, LogRecord, Publisher, StoredRecord } from '../core/event-log.port.js';
import { claimedRevision } from '../core/envelope.js';
import { readBetween } from '../core/read-between.js';

/** `behind`: an earlier event of its subject is missing, or among the dead letters. */
export type DeadReason = 'failed' | 'undecodable' | 'behind';

export type DeadLetter = {
  /** Key of the dead letter, and where the record came from. */
  origin: string;
  /** As it was read from its own topic. */
  record: StoredRecord;
  reason: DeadReason;
  /** Names fields or a place in the code, never values. */
  error: string | undefined;
};

/**
 * One partition keeps them in order; compaction keeps each until it is settled, and then forgets it: a dead letter does
 * not vanish by getting old.
 */
export const deadLetterTopic = (consumer: string): AnyTopic => ({
  name: `${consumer}.dead-letters.v1`,
  owner: consumer,
  says: `Events that ${consumer} could not apply, and those that wait behind them.`,
  key: 'origin',
  policy: { cleanup: 'compact' },
  readers: [consumer],
  partitions: 1,
  events: {},
});

/** The dead letters of a consumer that has no Postgres of its own. */
export class DeadLetters {
  private readonly topic: AnyTopic;
  private publisher: Promise<Publisher> | undefined;

  constructor(
    private readonly log: EventLog,
    consumer: string,
  ) {
    this.topic = deadLetterTopic(consumer);
  }

  prepare(): Promise<void> {
    return this.log.ensureTopics([this.topic]);
  }

  async close(): Promise<void> {
    await (await this.publisher)?.close();
  }

  /** Returns once the log has it. Added again, it is the same dead letter. */
  add(record: StoredRecord, reason: DeadReason, error?: string): Promise<void> {
    const headers = {
      ...record.headers,
      dead_topic: record.topic,
      dead_partition: String(record.partition),
      dead_offset: String(record.offset),
      dead_reason: reason,
      ...(error === undefined ? {} : { dead_error: error }),
      // On a compacted topic no value means gone, which a dead tombstone is not.
      ...(record.value === null ? { dead_value: 'null' } : {}),
      ...(record.key === null ? {} : { dead_key: record.key }),
    };
    return this.publish([{ topic: this.topic.name, key: originOf(record), value: record.value ?? '', headers }]);
  }

  /** They are applied, or not to be. */
  settle(letters: readonly DeadLetter[]): Promise<void> {
    const tombstones = letters.map(({ origin }) => ({ topic: this.topic.name, key: origin, value: null, headers: {} }));
    return this.publish(tombstones);
  }

  /** All that wait, in order of their numbers for each subject. */
  async list(): Promise<DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    const bounds = await this.log.bounds(this.topic.name);
    const ranges = [...bounds].map(([partition, { start, end }]) => [partition, { from: start, until: end }] as const);
    await readBetween(this.log, this.topic, new Map(ranges), (stored) => {
      const origin = stored.key ?? '';
      if (stored.value === null) letters.delete(origin);
      else letters.set(origin, letterOf(origin, stored));
    });
    return [...letters.values()].sort((a, b) => numberOf(a.record) - numberOf(b.record));
  }

  private async publish(records: LogRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.publisher ??= this.log.openPublisher();
    try {
      await (await this.publisher).publish(records);
    } catch (error) {
      // Nobody knows what arrived; the same keys are published again by a new one.
      const broken = this.publisher;
      this.publisher = undefined;
      await broken.then((publisher) => publisher.close()).catch(() => {});
      throw error;
    }
  }
}

function letterOf(origin: string, { value, headers: all }: StoredRecord): DeadLetter {
  const { dead_topic, dead_partition, dead_offset, dead_reason, dead_error, dead_value, dead_key, ...headers } = all;
  const record = {
    topic: dead_topic ?? '',
    partition: Number(dead_partition),
    offset: BigInt(dead_offset ?? 0),
    key: dead_key ?? null,
    value: dead_value === 'null' ? null : value,
    headers,
  };
  return { origin, record, reason: dead_reason as DeadReason, error: dead_error };
}

const originOf = ({ topic, partition, offset }: StoredRecord): string => `${topic}/${partition}:${offset}`;

/** The number that a record claims; one without any comes first. */
export const numberOf = (record: StoredRecord): number => claimedRevision(record) ?? 0;
