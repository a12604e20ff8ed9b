import type { ReceivedEvent } from '@homerealm/contracts';
import { lampRecord as recordOf, lampStateTopic, lampTopic } from '../fixtures/lamp-records.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { Consumer } from './consumer.js';
import type { RecordBatch, StoredRecord } from './event-log.port.js';
import { event } from './outgoing-event.js';

describe('the consumer', () => {
  let house: House;
  let handled: string[];
  let fails: (event: ReceivedEvent) => void;
  const { words, says } = keepWords();

  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.source.destroy());
  beforeEach(async () => {
    handled = [];
    words.length = 0;
    fails = () => {};
    await house.source.query('TRUNCATE outbox, event_sequence, event_inbox, event_parked, effect');
  });

  const consumer = (chunkSize = 50) =>
    new Consumer({
      service: 'house',
      database: house.database,
      topics: [lampTopic, lampStateTopic],
      says,
      chunkSize,
      together: () => chunkSize > 1,
      handle: async (received) => {
        handled.push(`${received.subject}${received.sequence}`);
        await house.database.transaction(async (manager) => {
          await manager.query('INSERT INTO effect (subject, seq) VALUES ($1, $2)', [
            received.subject,
            received.sequence,
          ]);
          await house.outbox.append(
            event(lampTopic, 'LampBroken', `${received.subject}!`, { lampId: received.subject }),
          );
        });
        fails(received);
      },
    });
  const deliver = async (records: StoredRecord[], { chunkSize = 50, signal = new AbortController().signal } = {}) => {
    const done: StoredRecord[] = [];
    let stopped = false;
    const batch: RecordBatch = {
      ...{ topic: lampTopic.name, partition: 0, records, end: 0n, signal },
      done: (record) => void done.push(record),
      stopPartition: () => void (stopped = true),
    };
    await consumer(chunkSize).handleBatch(batch);
    return { done: done.length, stopped };
  };
  /** By subject, in the order in which they came about: subjects are not in order among each other. */
  const effects = async () =>
    (
      await house.source.query<{ name: string }[]>('SELECT subject || seq AS name FROM effect ORDER BY subject, id')
    ).map((row) => row.name);
  const parked = async () =>
    (
      await house.source.query<{ name: string }[]>(
        `SELECT event_id || ' ' || reason AS name FROM event_parked ORDER BY id`,
      )
    ).map((row) => row.name);
  const told = async () =>
    Number((await house.source.query<{ n: string }[]>('SELECT count(*) AS n FROM outbox'))[0]?.n);

  describe.each([
    ['one transaction for each event', 1],
    ['a transaction for many', 50],
  ])('with %s', (_case, chunkSize) => {
    it('stores the effect and what the handler tells once, however often an event comes', async () => {
      const records = [recordOf('a', 1), recordOf('a', 2), recordOf('b', 1)];
      expect(await deliver(records, { chunkSize })).toEqual({ done: 3, stopped: false });
      await deliver([...records, recordOf('a', 1), recordOf('a', 3)], { chunkSize });
      expect(await effects()).toEqual(['a1', 'a2', 'a3', 'b1']);
      expect(await told()).toBe(4);
    });

    it('parks a subject whose event fails by itself, in order, while the others go on', async () => {
      fails = ({ subject, sequence }) => {
        if (subject === 'a' && sequence === 2) throw new TypeError('poison');
      };
      const records = ['a', 'b'].flatMap((subject) => [1, 2, 3].map((sequence) => recordOf(subject, sequence)));
      expect(await deliver(records, { chunkSize })).toEqual({ done: 6, stopped: false });
      expect(await effects()).toEqual(['a1', 'b1', 'b2', 'b3']);
      expect(await parked()).toEqual(['a-2 failed', 'a-3 behind']);
      expect(await told()).toBe(4);
      expect(words.join()).toContain('is parked (failed): TypeError');
      expect(words.join()).not.toContain('poison');
    });

    it('parks nothing twice, and nothing that was applied, when it comes again', async () => {
      fails = ({ sequence }) => {
        if (sequence === 2) throw new TypeError('poison');
      };
      const records = [recordOf('a', 1), recordOf('a', 2), recordOf('a', 3)];
      await deliver(records, { chunkSize });
      await deliver(records, { chunkSize });
      expect(await parked()).toEqual(['a-2 failed', 'a-3 behind']);
    });

    it('notices a gap, and parks what comes after it', async () => {
      await deliver([recordOf('a', 1), recordOf('a', 3), recordOf('a', 4)], { chunkSize });
      expect(await effects()).toEqual(['a1']);
      expect(await parked()).toEqual(['a-3 gap', 'a-4 behind']);
    });

    it('takes any number at first contact, because the past is kept for a while only', async () => {
      await deliver([recordOf('a', 7), recordOf('a', 8)], { chunkSize });
      expect(await effects()).toEqual(['a7', 'a8']);
    });

    it('moves past types it does not know', async () => {
      await deliver([recordOf('a', 1, { headers: { ce_type: 'LampPainted' } }), recordOf('a', 2)], { chunkSize });
      expect(await effects()).toEqual(['a2']);
      expect(await parked()).toEqual([]);
    });

    it.each([
      ['a value that is not JSON', { value: '{' }, 'the value is not JSON'],
      ['data that does not fit', { value: '{"lampId":"secret"}' }, 'watts (invalid_type)'],
      ['no CloudEvent', { headers: { ce_specversion: '' } }, 'not a CloudEvent'],
      ['a wrong subject', { headers: { ce_subject: 'z' } }, 'ce_subject is not the key'],
    ])('parks %s under its key', async (_name, change, says_) => {
      await deliver([recordOf('a', 1, change), recordOf('a', 2), recordOf('b', 1)], { chunkSize });
      expect(await effects()).toEqual(['b1']);
      expect(await parked()).toEqual(['a-1 undecodable', 'a-2 behind']);
      const [row] = await house.source.query<{ error: string }[]>('SELECT error FROM event_parked ORDER BY id');
      expect(row?.error).toContain(says_);
      expect(row?.error).not.toContain('secret');
    });
  });

  it('stops the partition at a record without a key', async () => {
    const outcome = await deliver([recordOf('a', 1), recordOf('a', 2, { key: null }), recordOf('a', 3)]);
    expect(outcome).toEqual({ done: 1, stopped: true });
    expect(words.join()).toContain('has no key');
  });

  it('tries again in place what failed for a reason of the world, and parks nothing', async () => {
    let left = 5;
    fails = () => {
      if (left-- > 0) throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
    };
    await deliver([recordOf('a', 1), recordOf('a', 2)], { chunkSize: 1 });
    expect(handled.filter((name) => name === 'a1')).toHaveLength(6);
    expect(await effects()).toEqual(['a1', 'a2']);
    expect(await parked()).toEqual([]);
    expect(words.filter((line) => line.includes('waits'))).toHaveLength(1);
  });

  it('leaves the rest alone once its partition is taken away', async () => {
    const lost = new AbortController();
    fails = ({ sequence }) => {
      if (sequence !== 2) return;
      lost.abort();
      throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
    };
    const outcome = await deliver(
      [1, 2, 3].map((n) => recordOf('a', n)),
      { chunkSize: 1, signal: lost.signal },
    );
    expect(outcome).toEqual({ done: 1, stopped: false });
    expect(await effects()).toEqual(['a1']);
  });

  it('applies an event once when two consumers get it at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, () => deliver([recordOf('a', 1), recordOf('b', 1)])));
    expect((await effects()).sort()).toEqual(['a1', 'b1']);
  });

  it('takes states by revision, with gaps, and never an older one', async () => {
    const state = (revision: number, change: Partial<StoredRecord> = {}) =>
      recordOf('a', 1, {
        topic: lampStateTopic.name,
        ...change,
        headers: { ce_type: 'LampState', ce_id: `s${revision}`, ce_sequence: '1', ce_revision: String(revision) },
      });
    await deliver([state(2), state(5), state(4), state(5), state(9, { value: null })]);
    expect(await effects()).toEqual(['a1', 'a1', 'a1']);
    expect(await parked()).toEqual([]);
  });
});
