import { eventually } from '@homerealm/testing';
import { type EventLog, GroupBusyError } from '../core/event-log.port.js';
import { partitionOf } from '../core/murmur2.js';
import { upTo, Workbench } from './workbench.conformance.js';

/** Where a topic begins and ends, where a group is, and how it is sent elsewhere. */
export function itKeepsPositions(open: () => Promise<EventLog>): void {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await Workbench.prepare(open);
  });
  afterEach(() => bench.clear());

  const readAgain = async () => {
    const reader = await bench.collect(await bench.another());
    return { reader, close: () => reader.subscription.close() };
  };
  const done = async (count: number) => {
    const { reader, close } = await readAgain();
    await eventually(() => reader.records.length >= count);
    await close();
    return reader;
  };

  it('says what each partition holds', async () => {
    const [empty, filled] = [{ start: 0n, end: 0n }, partitionOf('a', 3)];
    expect(await bench.log.bounds(bench.topic)).toEqual(new Map([0, 1, 2].map((part) => [part, empty])));
    await bench.publish([bench.record('a', '1'), bench.record('a', '2')]);
    const bounds = await bench.log.bounds(bench.topic);
    expect(bounds.get(filled)).toEqual({ start: 0n, end: 2n });
    expect([...bounds.values()].filter(({ end }) => end === 0n)).toHaveLength(2);
  });

  it('says where a group is, and nothing where it never was', async () => {
    await bench.publish([bench.record('a', '1'), bench.record('a', '2'), bench.record('a', '3')]);
    expect(await bench.log.position(bench.group, bench.topic)).toEqual(new Map());
    const reader = await bench.collect(bench.log, { take: ({ value }) => value !== '3' });
    await eventually(() => reader.records.length >= 2);
    await reader.subscription.close();
    expect(await bench.log.position(bench.group, bench.topic)).toEqual(new Map([[partitionOf('a', 3), 2n]]));
    expect(await bench.log.position(`${bench.group}-other`, bench.topic)).toEqual(new Map());
  });

  it('replays from the beginning', async () => {
    await bench.publish(bench.numbered(30));
    await done(30);
    const bounds = await bench.log.bounds(bench.topic);
    const beginning = new Map([...bounds].map(([partition, { start }]) => [partition, start]));
    await bench.log.movePosition(bench.group, bench.topic, beginning);
    expect(await bench.log.position(bench.group, bench.topic)).toEqual(beginning);
    expect(
      (await done(30))
        .values()
        .map(Number)
        .sort((a, b) => a - b)
        .map(String),
    ).toEqual(upTo(30));
  });

  it('replays from given offsets, and leaves the other partitions where they are', async () => {
    const [one, other] = ['a', 'b', 'c', 'd', 'e', 'f'].filter(
      (key, _, keys) => key === keys[0] || partitionOf(key, 3) !== partitionOf(keys[0] ?? '', 3),
    ) as [string, string];
    await bench.publish(['1', '2', '3'].flatMap((value) => [bench.record(one, value), bench.record(other, value)]));
    await done(6);
    await bench.log.movePosition(bench.group, bench.topic, new Map([[partitionOf(one, 3), 1n]]));
    const { reader, close } = await readAgain();
    await eventually(() => reader.records.length === 2);
    await bench.publish([bench.record(other, '4')]);
    await eventually(() => reader.values().includes('4'));
    expect(reader.records.map(({ key, value }) => `${key ?? ''}${value ?? ''}`)).toEqual([
      `${one}2`,
      `${one}3`,
      `${other}4`,
    ]);
    await close();
  });

  it('moves a group that never read, and a group forward', async () => {
    await bench.publish([bench.record('a', '1'), bench.record('a', '2'), bench.record('a', '3')]);
    await bench.log.movePosition(bench.group, bench.topic, new Map([[partitionOf('a', 3), 2n]]));
    expect((await done(1)).values()).toEqual(['3']);
  });

  it('moves no group that has members', async () => {
    await bench.publish(bench.numbered(10));
    let ups = 0;
    const reader = await bench.collect(bench.log, { onState: (state) => void (ups += state === 'up' ? 1 : 0) });
    await eventually(() => ups > 0 && reader.records.length === 10);
    const away = new Map([[0, 0n]]);
    await expect(bench.log.movePosition(bench.group, bench.topic, away)).rejects.toThrow(GroupBusyError);
    await bench.publish(bench.numbered(1, { start: 10 }));
    await eventually(() => reader.values().includes('10'));
    expect(reader.records).toHaveLength(11);
    await reader.subscription.close();
    await bench.log.movePosition(bench.group, bench.topic, away);
  });

  it('says when it last heard from the log', async () => {
    const { subscription } = await bench.collect(bench.log);
    const before = Date.now();
    await eventually(() => subscription.lastSign > before);
    expect(subscription.lastSign).toBeLessThanOrEqual(Date.now());
  });
}
