import { eventually } from '@homerealm/testing';
import { uuid7 } from './core/uuid7.js';
import type { EventLog, LogRecord, RecordBatch, StoredRecord } from './core/event-log.port.js';
import { partitionOf } from './core/murmur2.js';
import { type ExampleTopics, exampleTopics } from './fixtures/example-topics.js';
import { itSharesWork } from './conformance/members.conformance.js';
import { itServesLateComers } from './conformance/state.conformance.js';
import { openEventLog } from './open-event-log.js';
import type { EventLogSettings } from './settings.js';
import { itKeepsPositions } from './conformance/positions.conformance.js';
import { readAll } from './tail-events.js';

/** What both adapters must do. Every client that is opened stands for a process of its own. */
export function itIsAnEventLog(settings: () => Promise<EventLogSettings>): void {
  const open = async () => openEventLog(await settings());
  let topics: ExampleTopics;
  let topic: string;
  let group: string;
  let log: EventLog;
  const opened: EventLog[] = [];

  const openAnother = async () => {
    const another = await open();
    opened.push(another);
    return another;
  };
  beforeEach(async () => {
    group = `group-${uuid7()}`;
    topics = exampleTopics(`conformance-${uuid7()}`);
    topic = topics.lampTopic.name;
    log = await openAnother();
    await log.ensureTopics([topics.lampTopic, topics.lampStateTopic]);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  const record = (key: string, value: string | null, more: Partial<LogRecord> = {}): LogRecord => ({
    ...{ topic, key, value, headers: { ce_type: 'LampLit' } },
    ...more,
  });
  const publish = async (records: LogRecord[]) => {
    const publisher = await log.openPublisher();
    await publisher.publish(records);
    await publisher.close();
  };
  const collect = async (
    from: EventLog,
    options: { group?: string; take?: (record: StoredRecord) => boolean } = {},
  ) => {
    const records: StoredRecord[] = [];
    const handle = async (batch: RecordBatch) => {
      for (const each of batch.records) {
        if (batch.signal.aborted || options.take?.(each) === false) return;
        records.push(each);
        batch.done(each);
      }
    };
    const subscription = await from.subscribe({ group: options.group ?? group, topics: [topics.lampTopic], handle });
    return { records, subscription, values: () => records.map(({ value }) => value) };
  };
  const numbered = (count: number, keys = 7) =>
    Array.from({ length: count }, (_, number) => record(`key-${number % keys}`, String(number)));

  it('delivers every record of a key in order, and puts keys where Kafka would', async () => {
    const reader = await collect(log);
    await publish(numbered(50));
    await publish(numbered(50).map((each) => ({ ...each, value: String(Number(each.value) + 50) })));
    await eventually(() => reader.records.length === 100);
    for (let key = 0; key < 7; key++) {
      const own = reader.records.filter((each) => each.key === `key-${key}`);
      const values = own.map(({ value }) => Number(value));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(new Set(own.map(({ partition }) => partition))).toEqual(new Set([partitionOf(`key-${key}`, 3)]));
    }
  });

  it('keeps headers, tombstones and text in any script', async () => {
    const headers = { ce_type: 'LampLit', traceparent: '00-abc', 'content-type': 'application/json' };
    await publish([record('a', '{"name":"Žofie 😀"}', { headers }), record('a', null)]);
    const reader = await collect(log);
    await eventually(() => reader.records.length === 2);
    expect(reader.records).toEqual([
      expect.objectContaining({ key: 'a', value: '{"name":"Žofie 😀"}', headers }),
      expect.objectContaining({ key: 'a', value: null, offset: (reader.records[0]?.offset ?? 0n) + 1n }),
    ]);
  });

  it('starts a new group at the beginning, and keeps groups apart', async () => {
    await publish(numbered(10));
    const first = await collect(log, { group: `${group}-1` });
    await eventually(() => first.records.length === 10);
    const second = await collect(log, { group: `${group}-2` });
    await eventually(() => second.records.length === 10);
    expect(first.records).toHaveLength(10);
  });

  it('goes on where the group was', async () => {
    await publish(numbered(10));
    const before = await collect(log);
    await eventually(() => before.records.length === 10);
    await before.subscription.close();
    await publish([record('late', 'late')]);
    const after = await collect(await openAnother());
    await eventually(() => after.records.length > 0);
    expect(after.values()).toEqual(['late']);
  });

  it('delivers again what was not done', async () => {
    await publish([record('a', '1'), record('a', '2'), record('a', '3')]);
    const first = await collect(log, { take: ({ value }) => value === '1' });
    await eventually(() => first.records.length === 1);
    await first.subscription.close();
    const second = await collect(await openAnother());
    await eventually(() => second.values().includes('3'));
    expect(second.values().slice(-2)).toEqual(['2', '3']);
  });

  it('leaves a stopped partition alone, and reads the others', async () => {
    const bad = 'key-0';
    const records: string[] = [];
    const handle = async (batch: RecordBatch) => {
      for (const each of batch.records) {
        if (each.key === bad) return batch.stopPartition();
        records.push(each.value ?? '');
        batch.done(each);
      }
    };
    await log.subscribe({ group, topics: [topics.lampTopic], handle });
    await publish([
      record(bad, 'bad'),
      ...numbered(21).filter(({ key }) => partitionOf(key, 3) !== partitionOf(bad, 3)),
    ]);
    await eventually(() => records.length > 5);
    expect(records).not.toContain('bad');
  });

  it('gives a partition to one member at a time, and to another when that leaves', async () => {
    let atOnce = 0;
    let most = 0;
    const seen: string[] = [];
    const member = async (of: EventLog) =>
      of.subscribe({
        group,
        topics: [exampleTopics(topic.replace('.lamp.v1', ''), 3).lampTopic],
        handle: async ({ records, done, signal }) => {
          for (const each of records) {
            if (signal.aborted) return;
            most = Math.max(most, ++atOnce);
            await new Promise((resume) => setTimeout(resume, 1));
            atOnce--;
            seen.push(each.value ?? '');
            done(each);
          }
        },
      });
    const first = await member(log);
    await member(await openAnother());
    await publish(Array.from({ length: 100 }, (_, number) => record('one', String(number))));
    await eventually(() => seen.length >= 30, { timeout: 30_000 });
    await first.close();
    await eventually(() => new Set(seen).size === 100, { timeout: 30_000 });
    expect(most).toBe(1);
    expect([...new Set(seen)]).toEqual(Array.from({ length: 100 }, (_, number) => String(number)));
  });

  it('takes batches larger than a broker takes at once', async () => {
    const text = 'x'.repeat(100_000);
    await publish(Array.from({ length: 40 }, (_, number) => record('big', `${number} ${text}`)));
    const reader = await collect(log);
    await eventually(() => reader.records.length === 40, { timeout: 30_000 });
    expect(reader.values().map((value) => Number(value?.split(' ')[0]))).toEqual(
      Array.from({ length: 40 }, (_, n) => n),
    );
  });

  it('reads a topic to its end without leaving a trace, and refuses records for topics nobody declared', async () => {
    expect(await readAll(log, topics.lampTopic)).toEqual([]);
    await publish(numbered(20));
    const all = await readAll(log, topics.lampTopic);
    expect(all.map(({ record: { value } }) => Number(value)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
    await expect(publish([record('a', '1', { topic: `${topic}.unknown` })])).rejects.toThrow();
  });

  describe('positions', () => itKeepsPositions(open));
  describe('members', () => itSharesWork(open, settings));
  describe('late-comers', () => itServesLateComers(open));
}
