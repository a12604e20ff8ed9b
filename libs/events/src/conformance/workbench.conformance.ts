import { uuid7 } from '../core/uuid7.js';
import type { EventLog, LogRecord, RecordBatch, StoredRecord, SubscribeOptions } from '../core/event-log.port.js';
import { type ExampleTopics, exampleTopics } from '../fixtures/example-topics.js';

type CollectOptions = Partial<Pick<SubscribeOptions, 'group' | 'from' | 'onState' | 'topics'>> & {
  /** Whether the record counts as done; the batch ends where it does not. */
  take?: (record: StoredRecord) => boolean | Promise<boolean>;
};

/** Topics, a group and clients of one log, new for each test. `open` gives a client: a process of its own, so to say. */
export class Workbench {
  readonly unique = `conformance-${uuid7()}`;
  readonly topics: ExampleTopics = exampleTopics(this.unique);
  readonly topic = this.topics.lampTopic.name;
  readonly stateTopic = this.topics.lampStateTopic.name;
  readonly group = `group-${uuid7()}`;
  private readonly opened: EventLog[] = [];

  private constructor(
    private readonly openLog: () => Promise<EventLog>,
    readonly log: EventLog,
  ) {
    this.opened.push(log);
  }

  static async prepare(openLog: () => Promise<EventLog>): Promise<Workbench> {
    const bench = new Workbench(openLog, await openLog());
    await bench.log.ensureTopics([bench.topics.lampTopic, bench.topics.lampStateTopic]);
    return bench;
  }

  async another(): Promise<EventLog> {
    const log = await this.openLog();
    this.opened.push(log);
    return log;
  }

  async clear(): Promise<void> {
    await Promise.all(this.opened.map((log) => log.close()));
  }

  record(key: string, value: string | null, more: Partial<LogRecord> = {}): LogRecord {
    return { topic: this.topic, key, value, headers: { ce_type: 'LampLit' }, ...more };
  }

  /** Values '0', '1', … spread over keys 'key-0', 'key-1', … */
  numbered(count: number, { keys = 7, start = 0 } = {}): LogRecord[] {
    return Array.from({ length: count }, (_, at) => this.record(`key-${(start + at) % keys}`, String(start + at)));
  }

  async publish(records: LogRecord[]): Promise<void> {
    const publisher = await this.log.openPublisher();
    await publisher.publish(records);
    await publisher.close();
  }

  /** Joins the group and keeps what it is given. */
  async collect(log: EventLog, { take, ...options }: CollectOptions = {}) {
    const records: StoredRecord[] = [];
    const handle = async (batch: RecordBatch) => {
      for (const record of batch.records) {
        if (batch.signal.aborted || (take && !(await take(record)))) return;
        records.push(record);
        batch.done(record);
      }
    };
    const all = { group: this.group, topics: [this.topics.lampTopic], ...options, handle };
    const subscription = await log.subscribe(all);
    return { records, subscription, values: () => records.map(({ value }) => value) };
  }
}

export const upTo = (count: number): string[] => Array.from({ length: count }, (_, number) => String(number));

/** The values of each key must have grown with every record, whichever keys lay between. */
export function expectOrderPerKey(records: readonly StoredRecord[]): void {
  const last = new Map<string | null, number>();
  for (const { key, value } of records) {
    const number = Number(value);
    expect(number).toBeGreaterThan(last.get(key) ?? -1);
    last.set(key, number);
  }
}
