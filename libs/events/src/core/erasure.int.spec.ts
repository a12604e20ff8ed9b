import { lampRecord, lampState, lampStateTopic, lampTopic } from '../fixtures/lamp-records.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { Consumer } from './consumer.js';
import type { StoredRecord } from './event-log.port.js';
import { ParkedEvents } from './parked.js';

const erasing = {
  ...lampTopic,
  events: { ...lampTopic.events, LampBroken: { ...lampTopic.events.LampBroken, erases: true as const } },
};

describe('an event that erases its subject', () => {
  let house: House;
  let consumer: Consumer;
  const { says, words } = keepWords();

  beforeAll(async () => {
    house = await openHouse();
    consumer = new Consumer({
      ...{ service: 'house', database: house.database, topics: [erasing, lampStateTopic], says, tries: 1 },
      handle: async ({ subject, sequence, data }) => {
        await house.database.sql.query('INSERT INTO effect (subject, seq) VALUES ($1, $2)', [subject, sequence]);
        if ((data as { watts?: number } | null)?.watts === 2) throw new TypeError('poison');
      },
    });
  });
  afterAll(() => house.source.destroy());
  beforeEach(() => house.source.query('TRUNCATE event_inbox, event_parked, event_erased, event_origin, effect'));

  const deliver = (...records: StoredRecord[]) =>
    consumer.handleBatch({
      ...{ topic: records[0]?.topic ?? '', partition: 0, records, end: 0n, signal: new AbortController().signal },
      done: () => {},
      stopPartition: () => {},
    });
  const broken = (subject: string, sequence: number) =>
    lampRecord(subject, sequence, { headers: { ce_type: 'LampBroken' } });
  const effects = async () =>
    (await house.source.query<{ seq: string }[]>('SELECT seq FROM effect ORDER BY id')).map(({ seq }) => Number(seq));
  const inbox = () => house.source.query('SELECT topic, last_seq, state FROM event_inbox ORDER BY topic');
  const open = (lastSeq: number) => [{ topic: lampTopic.name, last_seq: String(lastSeq), state: 'open' }];
  const parked = () => new ParkedEvents(house.database).list();

  it('is applied though earlier events of the subject are parked, and takes them away', async () => {
    await deliver(lampRecord('a', 1), lampRecord('a', 2), lampRecord('a', 3), broken('a', 4));
    expect(await effects()).toEqual([1, 4]);
    expect([await parked(), await inbox()]).toEqual([[], open(4)]);
  });

  it('is applied though earlier events of the subject never came', async () => {
    await deliver(lampRecord('a', 1), broken('a', 7));
    expect(await effects()).toEqual([1, 7]);
    expect([await parked(), await inbox()]).toEqual([[], open(7)]);
  });

  it('lets nothing about the subject be put aside that comes late and cannot be applied', async () => {
    await deliver(broken('a', 1));
    await deliver(lampState('a', { sequence: 1 }, { value: '{"lampId":"a","watts":2}' }));
    await deliver(lampState('a', { sequence: 1, revision: 2 }, { value: 'somebody’s name' }));
    await deliver(lampState('b', { sequence: 1 }, { value: 'poison' }));
    expect((await parked()).map(({ subject }) => subject)).toEqual(['b']);
    const left = words.filter((line) => line.includes('is left out'));
    expect(left).toHaveLength(2);
    expect(left.join()).not.toContain('somebody');
  });
});
