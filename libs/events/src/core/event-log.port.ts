import type { AnyTopic } from '@homerealm/contracts';

/** One record to publish. `value: null` is a tombstone. */
export type LogRecord = { topic: string; key: string; value: string | null; headers: Record<string, string> };

/** One record as it was stored. */
export type StoredRecord = {
  topic: string;
  partition: number;
  offset: bigint;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
};

/** Records of one partition, in order. */
export type RecordBatch = {
  topic: string;
  partition: number;
  records: StoredRecord[];
  /** Offset after the last record of the partition when the batch was read. */
  end: bigint;
  /** Aborted when the partition is taken from us or we are stopping: leave the rest of the batch alone. */
  signal: AbortSignal;
  /** This record, and all before it, need not be delivered again. */
  done(record: StoredRecord): void;
  /** Takes no more from this partition until a restart. */
  stopPartition(): void;
};

export type Subscription = {
  /** Stops, waits for the batches at hand, then leaves the group. */
  close(): Promise<void>;
  /** When the log last answered us, by a fetch or a heartbeat; as `Date.now()`. */
  readonly lastSign: number;
};

/** What one partition holds: the oldest offset that is kept, and the one after the last. Equal where it is empty. */
export type Bounds = { start: bigint; end: bigint };

/** The group has members, or had some a moment ago: stop them first. */
export class GroupBusyError extends Error {
  override readonly name = 'GroupBusyError';

  constructor(group: string) {
    super(`the group ${group} has members; stop them first (one that died counts for some seconds more)`);
  }
}

/** Topics are not there, and to create them is not ours. */
export class MissingTopicsError extends Error {
  override readonly name = 'MissingTopicsError';

  constructor(readonly topics: readonly string[]) {
    super(`Kafka has no topic ${topics.join(', ')}`);
  }
}

export type SubscribeOptions = {
  group: string;
  topics: AnyTopic[];
  /** Called for several partitions at a time, never twice at a time for one. Throws nothing. */
  handle(batch: RecordBatch): Promise<void>;
  /** Where a group that is new starts: at the oldest record (the default), or after the newest. */
  from?: 'beginning' | 'now';
  /** Forget the group when it is closed. */
  forget?: boolean;
  /** Called when it joined the group, lost it, or stopped for good and needs to be subscribed anew. */
  onState?(state: 'up' | 'down' | 'dead', error?: unknown): void;
};

export type Publisher = {
  /** Appends all, in order, or throws. After a throw the publisher is not used again: nobody knows what arrived. */
  publish(records: LogRecord[]): Promise<void>;
  /** Nothing goes out any more after this, not even what is being published, as far as we can tell. */
  close(): Promise<void>;
};

/** A log of records, in order for each key, read by groups that each remember how far they are. */
export abstract class EventLog {
  /** Creates what is missing, as declared, or throws when that is not ours to do. */
  abstract ensureTopics(topics: readonly AnyTopic[]): Promise<void>;
  abstract openPublisher(): Promise<Publisher>;
  /** Delivers every record since the beginning at least once to one member of the group. */
  abstract subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** What each partition of the topic holds. Compaction may have removed the record at either bound. */
  abstract bounds(topic: string): Promise<Map<number, Bounds>>;
  /** The next offset of a group, for each partition where it has done any record. */
  abstract position(group: string, topic: string): Promise<Map<number, bigint>>;
  /**
   * Has a group go on from these offsets; partitions that are not named stay where they are.
   * @throws GroupBusyError when the group has members, of whatever topic
   */
  abstract movePosition(group: string, topic: string, to: ReadonlyMap<number, bigint>): Promise<void>;
  abstract close(): Promise<void>;
}
