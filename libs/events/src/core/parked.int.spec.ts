import type { ReceivedEvent } from '@homerealm/contracts';
import { lampRecord, lampState, lampStateTopic, lampTopic } from '../fixtures/lamp-records.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { Consumer } from './consumer.js';
import type { StoredRecord } from './event-log.port.js';
import { ParkedEvents } from './parked.js';
import { ParkedRunner } from './parked-runner.js';

describe('parked events', () => {
  let house: House;
  let parked: ParkedEvents;
  let consumer: Consumer;
  let runner: ParkedRunner;
  let fails: (event: ReceivedEvent) => void;
  const { says, words } = keepWords();
  const at = { consumer: 'house', topic: lampTopic.name, subject: 'a' };

  beforeAll(async () => {
    house = await openHouse();
    parked = new ParkedEvents(house.database);
  });
  afterAll(() => house.source.destroy());
  beforeEach(async () => {
    fails = ({ data }) => {
      if ((data as { watts: number } | null)?.watts === 2) throw new TypeError('poison');
    };
    words.length = 0;
    await house.source.query('TRUNCATE event_inbox, event_parked, event_skipped, event_origin, effect');
    const erasing = {
      ...lampTopic,
      events: { ...lampTopic.events, LampBroken: { ...lampTopic.events.LampBroken, erases: true as const } },
    };
    const topics = [erasing, lampStateTopic];
    consumer = new Consumer({
      ...{ service: 'house', database: house.database, topics, says, tries: 1 },
      handle: async (event) => {
        const place = [event.subject, event.sequence];
        await house.database.sql.query('INSERT INTO effect (subject, seq) VALUES ($1, $2)', place);
        fails(event);
      },
    });
    runner = new ParkedRunner({
      ...{ service: 'house', database: house.database, consumer, says },
      topics: topics.map(({ name, policy }) => ({ name, anyLater: policy.cleanup === 'compact' })),
    });
  });

  const deliver = (...records: StoredRecord[]) =>
    consumer.handleBatch({
      ...{ topic: records[0]?.topic ?? '', partition: 0, records, end: 0n, signal: new AbortController().signal },
      done: () => {},
      stopPartition: () => {},
    });
  const effects = async (subject = 'a') => {
    const sql = 'SELECT seq FROM effect WHERE subject = $1 ORDER BY id';
    return (await house.source.query<{ seq: string }[]>(sql, [subject])).map(({ seq }) => Number(seq));
  };
  const states = async () =>
    (await house.source.query<{ text: string }[]>(`SELECT subject || ' ' || state AS text FROM event_inbox`)).map(
      ({ text }) => text,
    );
  const numbered = (subject: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => lampRecord(subject, from + index));

  it('are listed with what they wait for, and shown in order, without their data unless it is asked for', async () => {
    await deliver(...numbered('a', 1, 4), ...numbered('b', 1, 1));
    expect(await parked.list('house')).toEqual([
      {
        ...at,
        ...{ state: 'parked', waiting: 3, reason: 'failed', error: expect.stringContaining('TypeError'), tries: 1 },
        ...{ firstEventId: 'a-2', firstSequence: 2, lastApplied: 1, since: expect.any(Date) },
      },
    ]);
    expect(await parked.list('another')).toEqual([]);
    const shown = await parked.show(at);
    expect(shown.map(({ sequence, reason }) => [sequence, reason])).toEqual([
      [2, 'failed'],
      [3, 'behind'],
      [4, 'behind'],
    ]);
    expect(shown[0]).not.toHaveProperty('payload');
    expect((await parked.show(at, { payload: true }))[0]?.payload).toBe('{"lampId":"a","watts":2}');
  });

  it('are run again in order once the cause is mended, and the subject goes on', async () => {
    await deliver(...numbered('a', 1, 4));
    fails = () => {};
    expect(await parked.retry(at)).toBe(1);
    expect(await runner.runDue()).toBe(3);
    expect(await effects()).toEqual([1, 2, 3, 4]);
    expect(await states()).toEqual(['a open']);
    await deliver(lampRecord('a', 5));
    expect(await effects()).toEqual([1, 2, 3, 4, 5]);
  });

  it('stay parked, one try older, when the cause is not mended', async () => {
    await deliver(...numbered('a', 1, 3));
    await parked.retry(at);
    await runner.runDue();
    expect(await effects()).toEqual([1]);
    expect(await parked.list()).toMatchObject([{ state: 'parked', waiting: 2, tries: 2, reason: 'failed' }]);
    expect(words.join()).toContain('stays parked');
  });

  it('wait for the world as any event does, and lose nothing', async () => {
    await deliver(...numbered('a', 1, 2));
    fails = () => {
      throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
    };
    await parked.retry(at);
    await expect(runner.runDue()).rejects.toThrow('down');
    expect(await states()).toEqual(['a retry']);
    fails = () => {};
    await runner.runDue();
    expect(await effects()).toEqual([1, 2]);
  });

  it('keep events that arrive during a retry behind them', async () => {
    await deliver(...numbered('a', 1, 2));
    fails = () => {};
    await parked.retry(at);
    await Promise.all([runner.runDue(), deliver(lampRecord('a', 3)), runner.runDue(), deliver(lampRecord('a', 4))]);
    await parked.retry(at);
    await runner.runDue();
    expect(await effects()).toEqual([1, 2, 3, 4]);
    expect(await states()).toEqual(['a open']);
  });

  it('are skipped only with a reason, which is kept without the data, and what waits behind is run', async () => {
    await deliver(...numbered('a', 1, 3));
    await expect(async () => parked.skip(at, { reason: ' ', by: 'ops' })).rejects.toThrow('needs a reason');
    expect(await parked.skip(at, { reason: 'test lamp', by: 'ops' })).toEqual({
      ...{ eventId: 'a-2', firstSequence: 2, lastSequence: 2 },
    });
    await runner.runDue();
    expect(await effects()).toEqual([1, 3]);
    const [kept] = await house.source.query<object[]>('SELECT * FROM event_skipped');
    expect(kept).toMatchObject({ reason: 'test lamp', skipped_by: 'ops', event_id: 'a-2', subject: 'a' });
    expect(JSON.stringify(kept)).not.toContain('watts');
    expect(await parked.skip(at, { reason: 'again', by: 'ops' })).toBeNull();
  });

  it('stay left out when they come again', async () => {
    const broken = lampRecord('a', 2, { value: '{' });
    await deliver(lampRecord('a', 1), broken);
    await parked.skip(at, { reason: 'broken by hand', by: 'ops' });
    await deliver(lampRecord('a', 1), broken, lampRecord('a', 3));
    expect(await effects()).toEqual([1, 3]);
    expect(await states()).toEqual(['a open']);
  });

  it('that have no number take none from the next event when they are skipped, also when they come again', async () => {
    fails = () => {};
    const foreign = lampRecord('a', 9, { value: '{', headers: { ce_id: 'foreign', ce_sequence: 'x' } });
    await deliver(lampRecord('a', 1), foreign);
    await parked.skip(at, { reason: 'not ours', by: 'ops' });
    await deliver(foreign, lampRecord('a', 2), lampRecord('a', 3));
    expect(await effects()).toEqual([1, 2, 3]);
    expect(await states()).toEqual(['a open']);
  });

  it('are not made of what another member has applied meanwhile', async () => {
    await deliver(lampRecord('a', 1));
    fails = ({ sequence }) => {
      if (sequence === 2) throw new TypeError('only here');
    };
    const slow = deliver(lampRecord('a', 2, { value: '{"lampId":"a","watts":3}' }));
    const other = new Consumer({
      ...{ service: 'house', database: house.database, topics: [lampTopic], says },
      handle: () => Promise.resolve(),
    });
    await other.handleBatch({
      ...{ topic: lampTopic.name, partition: 0, records: [lampRecord('a', 2)], end: 0n },
      ...{ signal: new AbortController().signal, done: () => {}, stopPartition: () => {} },
    });
    await slow;
    expect(await states()).toEqual(['a open']);
  });

  describe('behind a gap', () => {
    beforeEach(async () => {
      fails = () => {};
      await deliver(lampRecord('a', 1), lampRecord('a', 4), lampRecord('a', 5));
    });

    it('stay there when they are retried without the missing ones', async () => {
      await parked.retry(at);
      await runner.runDue();
      expect(await effects()).toEqual([1]);
      expect(await parked.list()).toMatchObject([{ reason: 'gap', state: 'parked', waiting: 2 }]);
    });

    it('are applied by themselves, in order, when the missing ones come late', async () => {
      await deliver(lampRecord('a', 3));
      await runner.runDue();
      expect(await effects()).toEqual([1]);
      await deliver(lampRecord('a', 2));
      await runner.runDue();
      expect(await effects()).toEqual([1, 2, 3, 4, 5]);
    });

    it('go on when an operator gives the missing ones up', async () => {
      expect(await parked.skip(at, { reason: 'lost in a restore', by: 'ops' })).toEqual({
        ...{ eventId: null, firstSequence: 2, lastSequence: 3 },
      });
      await runner.runDue();
      expect(await effects()).toEqual([1, 4, 5]);
    });
  });

  it('notices that the first events are missing where the log still has its beginning', async () => {
    fails = () => {};
    await deliver(lampRecord('a', 3, { offset: 0n }));
    expect(await parked.list()).toMatchObject([{ subject: 'a', reason: 'gap', lastApplied: 0 }]);
    await deliver(lampRecord('a', 1), lampRecord('a', 2));
    await runner.runDue();
    expect(await effects()).toEqual([1, 2, 3]);
  });

  it('of a state topic are made up for by a later state', async () => {
    await deliver(lampState('a', { sequence: 1 }, { value: '{"lampId":"a","watts":2}' }));
    expect(await states()).toEqual(['a parked']);
    await deliver(lampState('a', { sequence: 3 }));
    expect(await effects()).toEqual([3]);
    expect(await parked.list()).toEqual([]);
    expect(await states()).toEqual(['a open']);
  });

  it('of a state topic that have no number take none from the next state, when they are skipped', async () => {
    const poison = { ...lampState('a', { sequence: 1 }), value: 'poison', headers: { ce_id: 'poison' } };
    await deliver(lampState('a', { sequence: 1 }), poison);
    const where = { ...at, topic: lampStateTopic.name };
    await parked.skip(where, { reason: 'no event', by: 'a test' });
    await deliver(lampState('a', { sequence: 3, revision: 2 }));
    expect([await effects(), await states()]).toEqual([[1, 3], ['a open']]);
  });

  it('of an erased subject are forgotten everywhere, and the subject goes on', async () => {
    await deliver(lampState('a', { sequence: 1 }, { value: '{"lampId":"a","watts":2}' }));
    await deliver(lampRecord('a', 1), lampRecord('a', 2, { headers: { ce_type: 'LampBroken' } }));
    expect(await parked.list()).toEqual([]);
    expect((await states()).sort()).toEqual(['a open', 'a open']);
  });
});
