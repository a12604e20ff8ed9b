import type pg from 'pg';
import type { RecordBatch, StoredRecord } from '../core/event-log.port.js';

type Row = { off: string; key: string | null; value: string | null; headers: Record<string, string>; end: string };

const readSql = `
  SELECT e.off, e.key, e.value, e.headers, p.next_offset AS end
  FROM log_event e JOIN log_partition p ON p.topic = e.topic AND p.part = e.part
  WHERE e.topic = $1 AND e.part = $2 AND e.off >= $3 ORDER BY e.off LIMIT $4`;

const commitSql = `
  INSERT INTO log_group (name, topic, part, next_offset) VALUES ($1, $2, $3, $4)
  ON CONFLICT (name, topic, part) DO UPDATE SET next_offset = excluded.next_offset`;

export type ReaderOptions = {
  /** The session that owns the partition. */
  client: pg.Client;
  pool: pg.Pool;
  group: string;
  topic: string;
  part: number;
  position: bigint;
  /** Aborted when the session ends. */
  ends: AbortSignal;
  handle: (batch: RecordBatch) => Promise<void>;
  batchSize: number;
  onSign: () => void;
};

/** Reads one partition for one group, as long as we own it. */
export class PartitionReader {
  private news = true;
  private stopped = false;
  private working: Promise<void> | undefined;
  private end = 0n;
  private readonly leaving = new AbortController();
  private readonly signal: AbortSignal;

  constructor(private readonly options: ReaderOptions) {
    this.signal = AbortSignal.any([options.ends, this.leaving.signal]);
  }

  get topic(): string {
    return this.options.topic;
  }

  get name(): string {
    return `${this.options.topic}/${this.options.part}`;
  }

  get isLeaving(): boolean {
    return this.leaving.signal.aborted;
  }

  get position(): bigint {
    return this.options.position;
  }

  /** There may be records that we have not read. Takes them through `slots`, so that few partitions work at a time. */
  wake(slots: <T>(work: () => Promise<T>) => Promise<T>, failed: (error: unknown) => void): void {
    this.news = true;
    if (this.working || this.stopped || this.signal.aborted) return;
    this.working = slots(() => this.work())
      .catch(failed)
      .finally(() => {
        this.working = undefined;
        if (this.news && !this.stopped && !this.signal.aborted) this.wake(slots, failed);
      });
  }

  async finish(): Promise<void> {
    await this.working;
  }

  /** Takes nothing more, and waits for the batch at hand. */
  async leave(): Promise<void> {
    this.leaving.abort();
    await this.finish();
  }

  private async work(): Promise<void> {
    const { batchSize } = this.options;
    while (this.news && !this.stopped && !this.signal.aborted) {
      this.news = false;
      const batch = await this.read();
      if (batch.length === 0) return;
      const before = this.options.position;
      await this.deliver(batch);
      const all = this.options.position > (batch.at(-1)?.offset ?? 0n);
      if (this.options.position > before) await this.commit();
      if (all && batch.length === batchSize) this.news = true;
    }
  }

  private async read(): Promise<StoredRecord[]> {
    const { pool, topic, part, position, batchSize } = this.options;
    const { rows } = await pool.query<Row>(readSql, [topic, part, position, batchSize]);
    this.options.onSign();
    this.end = BigInt(rows[0]?.end ?? 0);
    return rows.map(({ off, key, value, headers }) => ({
      ...{ topic, partition: part, offset: BigInt(off) },
      ...{ key, value, headers },
    }));
  }

  private async deliver(records: StoredRecord[]): Promise<void> {
    const { topic, part: partition } = this.options;
    const { signal } = this;
    const done = ({ offset }: StoredRecord) => {
      this.options.position = offset + 1n;
    };
    const stopPartition = () => {
      this.stopped = true;
    };
    await this.options.handle({ topic, partition, records, end: this.end, signal, done, stopPartition });
  }

  private async commit(): Promise<void> {
    const { client, group, topic, part, position } = this.options;
    await client.query(commitSql, [group, topic, part, position]);
  }
}
