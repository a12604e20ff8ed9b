import type { AnyTopic } from '@homerealm/contracts';
import type pg from 'pg';
import { pause } from '../core/backoff.js';
import type { SubscribeOptions } from '../core/event-log.port.js';
import type { Slots } from '../core/lanes.js';
import { groupChannel, Membership } from './membership.js';
import { PartitionReader } from './partition-reader.js';
import { newsChannel } from './publisher.js';

const batchSize = 200;

export type GroupSessionOptions = Pick<SubscribeOptions, 'group' | 'topics' | 'handle' | 'from'> & {
  /** The session that holds the locks. Cursors are stored through it too: who lost the locks can store none. */
  client: pg.Client;
  pool: pg.Pool;
  slots: Slots;
  /** How often to look without a notification, in milliseconds. */
  idlePoll: number;
  /** Aborted when the connection is lost or we are stopping. */
  ends: AbortSignal;
  onSign: () => void;
  onFailure: (error: unknown) => void;
};

/** A member of a group for as long as one database session lasts: takes its share of partitions, and reads them. */
export class GroupSession {
  private readonly membership: Membership;
  private readonly readers = new Map<string, PartitionReader>();
  private rouse = () => {};
  private unsettled = false;

  constructor(private readonly options: GroupSessionOptions) {
    this.membership = new Membership(options.client, options.group);
    options.client.on('notification', ({ channel, payload }) => this.hear(channel, payload ?? ''));
  }

  /** Reads until the end. @param settled called when it has taken its first share */
  async run(settled: () => void): Promise<void> {
    const { client, topics, ends, idlePoll, onSign } = this.options;
    await client.query(`LISTEN ${newsChannel}`);
    await this.membership.join(topics.map(({ name }) => name));
    while (!ends.aborted) {
      this.unsettled = false;
      await this.settle();
      await this.look();
      onSign();
      settled();
      await this.rest(idlePoll);
    }
  }

  /** Waits for the batches at hand, and makes room for others. */
  async finish(): Promise<void> {
    await Promise.all([...this.readers.values()].map((reader) => reader.finish()));
    await this.membership.leave().catch(() => {});
  }

  private async settle(): Promise<void> {
    const { topics, ends } = this.options;
    const shares = await this.membership.shares(topics);
    for (const topic of topics) {
      const share = shares.get(topic.name) ?? 0;
      const own = [...this.readers.values()].filter((reader) => reader.topic === topic.name && !reader.isLeaving);
      for (const reader of own.slice(share)) this.handOver(reader);
      if (own.length < share && !ends.aborted) await this.take(topic, share - own.length);
    }
  }

  /** The next owner must not begin before our last batch is finished and its cursor is stored. */
  private handOver(reader: PartitionReader): void {
    reader
      .leave()
      .then(() => this.membership.giveBack(reader.name))
      .then(() => this.readers.delete(reader.name))
      .catch(this.options.onFailure);
  }

  private async take({ name: topic, partitions }: AnyTopic, wanted: number): Promise<void> {
    const taken: number[] = [];
    for (let part = 0; part < partitions && taken.length < wanted; part++) {
      const name = `${topic}/${part}`;
      if (!this.readers.has(name) && (await this.membership.take(name))) taken.push(part);
    }
    if (taken.length === 0) return;
    const { client, pool, group, handle, ends, onSign } = this.options;
    const cursors = await this.cursors(topic);
    for (const part of taken) {
      const position = cursors.get(part) ?? 0n;
      const reader = { client, pool, group, topic, part, position, ends, handle, batchSize, onSign };
      this.readers.set(`${topic}/${part}`, new PartitionReader(reader));
    }
  }

  private async cursors(topic: string): Promise<Map<number, bigint>> {
    const { client, group, from } = this.options;
    if (from === 'now') {
      const sql = `INSERT INTO log_group (name, topic, part, next_offset)
        SELECT $1, topic, part, next_offset FROM log_partition WHERE topic = $2 ON CONFLICT DO NOTHING`;
      await client.query(sql, [group, topic]);
    }
    const { rows } = await client.query<{ part: number; next_offset: string }>(
      'SELECT part, next_offset FROM log_group WHERE name = $1 AND topic = $2',
      [group, topic],
    );
    return new Map(rows.map(({ part, next_offset }) => [part, BigInt(next_offset)]));
  }

  /** Finds what no notification told us of. */
  private async look(): Promise<void> {
    const { client, topics } = this.options;
    const { rows } = await client.query<{ name: string; next_offset: string }>(
      `SELECT topic || '/' || part AS name, next_offset FROM log_partition WHERE topic = ANY ($1)`,
      [topics.map(({ name }) => name)],
    );
    for (const { name, next_offset } of rows) {
      const reader = this.readers.get(name);
      if (reader && BigInt(next_offset) > reader.position) this.wake(reader);
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    if (this.unsettled) return;
    const roused = new AbortController();
    this.rouse = () => roused.abort();
    await pause(milliseconds, AbortSignal.any([roused.signal, this.options.ends]));
    this.rouse = () => {};
  }

  private hear(channel: string, payload: string): void {
    if (channel === groupChannel) {
      if (payload !== this.options.group) return;
      this.unsettled = true;
      return this.rouse();
    }
    const names = payload === '*' ? [...this.readers.keys()] : payload.split(' ');
    for (const name of names) {
      const reader = this.readers.get(name);
      if (reader) this.wake(reader);
    }
  }

  private wake(reader: PartitionReader): void {
    reader.wake(this.options.slots.use, this.options.onFailure);
  }
}
