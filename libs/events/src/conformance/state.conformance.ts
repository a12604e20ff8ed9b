import { eventually } from '@homerealm/testing';
import type { EventLog } from '../core/event-log.port.js';
import { readAll } from '../tail-events.js';
import { expectOrderPerKey, upTo, Workbench } from './workbench.conformance.js';

/** Beginning with a state instead of the whole past, and amounts. */
export function itServesLateComers(open: () => Promise<EventLog>): void {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await Workbench.prepare(open);
  });
  afterEach(() => bench.clear());

  it('lets a consumer begin with the state, and go on with what was told after it', async () => {
    const { lampTopic, lampStateTopic } = bench.topics;
    const state = (key: string, value: string | null) => bench.record(key, value, { topic: bench.stateTopic });
    await bench.publish([bench.record('a', '1'), state('a', '1'), bench.record('b', '1'), state('b', '1')]);
    await bench.publish([bench.record('a', '2'), state('a', '2'), state('b', null)]);
    // The end is looked up first: what is told meanwhile is in the state, or after it, or both.
    const ends = await bench.log.bounds(lampTopic.name);
    const states = new Map((await readAll(bench.log, lampStateTopic)).map(({ record }) => [record.key, record.value]));
    expect(states).toEqual(new Map([['a', '2'], ['b', null]])); // prettier-ignore
    await bench.log.movePosition(bench.group, bench.topic, new Map([...ends].map(([part, { end }]) => [part, end])));
    await bench.publish([bench.record('a', '3')]);
    const reader = await bench.collect(bench.log);
    await eventually(() => reader.records.length > 0);
    expect(reader.values()).toEqual(['3']);
  });

  it('takes thousands of records at once, and gives them in order', async () => {
    await bench.publish(bench.numbered(5000, { keys: 50 }));
    const reader = await bench.collect(bench.log);
    await eventually(() => reader.records.length >= 5000, { timeout: 60_000 });
    expectOrderPerKey(reader.records);
    expect(new Set(reader.values())).toEqual(new Set(upTo(5000)));
  });
}
