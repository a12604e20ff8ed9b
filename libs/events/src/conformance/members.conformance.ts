import { eventually } from '@homerealm/testing';
import type { EventLog, RecordBatch, StoredRecord, Subscription } from '../core/event-log.port.js';
import { startOwnProcess } from '../fixtures/own-process.js';
import type { EventLogSettings } from '../settings.js';
import { upTo, Workbench } from './workbench.conformance.js';

/** What members of a group must do when they share, come, go and die. */
export function itSharesWork(open: () => Promise<EventLog>, settings: () => Promise<EventLogSettings>): void {
  let bench: Workbench;
  const patience = { timeout: 60_000 };
  beforeEach(async () => {
    bench = await Workbench.prepare(open);
  });
  afterEach(() => bench.clear());

  it('gives each member its share, and a lonely one everything', async () => {
    const members = [await bench.collect(bench.log), await bench.collect(await bench.another())];
    const parts = () => members.map(({ records }) => new Set(records.map(({ partition }) => partition)));
    let sent = 0;
    await eventually(async () => {
      members.forEach(({ records }) => records.splice(0));
      await bench.publish(bench.numbered(30, { keys: 30, start: sent }));
      sent += 30;
      await eventually(() => members.reduce((sum, { records }) => sum + records.length, 0) >= 30);
      return parts().every(({ size }) => size > 0);
    }, patience);
    const [one, other] = parts();
    expect([...(one ?? [])].filter((part) => other?.has(part))).toEqual([]);
    await members[0]?.subscription.close();
    await eventually(async () => {
      members[1]?.records.splice(0);
      await bench.publish(bench.numbered(30, { keys: 30 }));
      return eventually(() => parts()[1]?.size === 3, { timeout: 2000 });
    }, patience);
  });

  it('gives what a member that was killed had in hand to another', async () => {
    await bench.publish(upTo(10).map((value) => bench.record('one', value)));
    const { unique, group } = bench;
    const dying = await startOwnProcess('member.process.ts', { settings: await settings(), unique, group, most: 4 });
    await dying.says('hangs');
    await dying.kill();
    const heir = await bench.collect(bench.log);
    await eventually(() => heir.values().includes('9'), patience);
    const first = Number(heir.values()[0]);
    // What the dead one did may come again, since its cursor may not have been stored; what it did not do must come.
    expect(first).toBeLessThanOrEqual(4);
    expect(heir.values()).toEqual(upTo(10).slice(first));
    expect(dying.lines.slice(0, 4)).toEqual(upTo(4));
  }, 120_000);

  it('finishes the record in hand when it is closed, and leaves the rest to others, each once', async () => {
    await bench.publish(upTo(20).map((value) => bench.record('one', value)));
    let finish = () => {};
    const mayFinish = new Promise<void>((resolve) => (finish = resolve));
    const first = await bench.collect(bench.log, {
      take: async ({ value }) => {
        if (value === '5') await mayFinish;
        return true;
      },
    });
    await eventually(() => first.records.length === 5);
    const closed = first.subscription.close();
    finish();
    await closed;
    expect(first.values()).toEqual(upTo(6));
    const second = await bench.collect(await bench.another());
    await eventually(() => second.values().includes('19'), patience);
    expect(second.values()).toEqual(upTo(20).slice(6));
  });

  it('loses and reorders nothing while members come and go, and gives no partition to two', async () => {
    const total = 500;
    const seen: StoredRecord[] = [];
    const owners = new Map<number, AbortSignal>();
    let shared = 0;
    const handle = async (batch: RecordBatch) => {
      const { partition, signal } = batch;
      const owner = owners.get(partition);
      if (owner && !owner.aborted && !signal.aborted) shared++;
      owners.set(partition, signal);
      for (const record of batch.records) {
        if (signal.aborted) break;
        await new Promise((resume) => setTimeout(resume, 1));
        seen.push(record);
        batch.done(record);
      }
      if (owners.get(partition) === signal) owners.delete(partition);
    };
    const join = async () =>
      (await bench.another()).subscribe({ group: bench.group, topics: [bench.topics.lampTopic], handle });
    let members: Subscription[] = [await join(), await join()];
    let published = 0;
    const storm = async () => {
      for (let change = 0; change < 6; change++) {
        const before = seen.length;
        if (change % 2 === 0) members.push(await join());
        else await members.shift()?.close();
        await eventually(() => seen.length > before || seen.length >= published, patience);
      }
    };
    const flow = async () => {
      for (; published < total; published += 20) {
        await bench.publish(bench.numbered(20, { keys: 20, start: published }));
        await new Promise((resume) => setTimeout(resume, 100));
      }
    };
    await Promise.all([storm(), flow()]);
    await eventually(() => new Set(seen.map(({ value }) => value)).size === total, patience);
    for (let key = 0; key < 20; key++) {
      const values = seen.filter((record) => record.key === `key-${key}`).map(({ value }) => Number(value));
      const firsts = [...new Set(values)];
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    }
    expect(shared).toBe(0);
    await Promise.all(members.map((member) => member.close()));
    members = [];
  }, 180_000);
}
