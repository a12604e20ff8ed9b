import { exampleTopics } from '../fixtures/example-topics.js';
import { type House, openHouse } from '../fixtures/open-house.js';
import { event, tombstone } from './outgoing-event.js';

const { lampTopic, lampStateTopic, billTopic } = exampleTopics('outbox');
const lit = (lampId: string, watts = 40) => event(lampTopic, 'LampLit', lampId, { lampId, watts });
const state = (lampId: string, watts = 40) => event(lampStateTopic, 'LampState', lampId, { lampId, watts });

type Row = { topic: string; subject: string; sequence: string; revision: string; type: string; payload: string | null };

describe('the outbox', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.source.destroy());
  beforeEach(() => house.source.query('TRUNCATE outbox, event_sequence'));

  const tell = (...events: Parameters<House['outbox']['append']>) =>
    house.database.transaction(() => house.outbox.append(...events));
  const counters = () => house.source.query<object[]>('SELECT * FROM event_sequence ORDER BY topic, subject');
  const rows = () => house.source.query<Row[]>('SELECT * FROM outbox ORDER BY id');
  const numbers = async (topic: string, subject: string) =>
    (await rows())
      .filter((row) => row.topic === topic && row.subject === subject)
      .map(({ sequence }) => Number(sequence));

  it('numbers the events of each subject without gaps', async () => {
    await tell(lit('a'), lit('b'), lit('a'));
    await tell(lit('a'));
    expect(await numbers(lampTopic.name, 'a')).toEqual([1, 2, 3]);
    expect(await numbers(lampTopic.name, 'b')).toEqual([1]);
    expect((await rows()).map(({ subject }) => subject)).toEqual(['a', 'b', 'a', 'a']);
  });

  it('keeps every text apart from its neighbours in one call, control characters and tombstones too', async () => {
    const texts = ['plain', 'a\u001fb', '\u001e', '"\\{}', 'null'];
    await tell(...texts.map((text) => lit(text)), tombstone(lampStateTopic, 'gone'), state('last'));
    const found = (await rows()).map(({ subject, payload }) => [subject, payload && JSON.parse(payload).lampId]);
    expect(found).toEqual([...texts.map((text) => [text, text]), ['gone', null], ['last', 'last']]);
    await house.source.query('TRUNCATE outbox, event_sequence');
    await tell(tombstone(lampStateTopic, 'a'), tombstone(lampStateTopic, 'b'));
    expect((await rows()).map(({ payload }) => payload)).toEqual([null, null]);
  });

  it('leaves no gap when a transaction is rolled back', async () => {
    await tell(lit('a'));
    const failing = house.database.transaction(async () => {
      await house.outbox.append(lit('a'), lit('a'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await tell(lit('a'));
    expect(await numbers(lampTopic.name, 'a')).toEqual([1, 2]);
  });

  it('stays contiguous, and in the order of ids, under 50 writers that take several subjects in any order', async () => {
    const subjects = ['a', 'b', 'c', 'd'];
    const writer = async (number: number) => {
      const turned = [...subjects.slice(number % 4), ...subjects.slice(0, number % 4)];
      await house.database.transaction(async () => {
        await house.outbox.append(...turned.map((subject) => lit(subject)));
        await house.outbox.append(...turned.reverse().map((subject) => lit(subject)));
      });
    };
    await Promise.all(Array.from({ length: 50 }, (_, number) => writer(number)));
    const expected = Array.from({ length: 100 }, (_, index) => index + 1);
    for (const subject of subjects) expect(await numbers(lampTopic.name, subject)).toEqual(expected);
  });

  it('gives a state the number of the event before it, and a revision of its own', async () => {
    await tell(lit('a'), state('a', 1));
    await tell(lit('a'));
    await tell(state('a', 2));
    await tell(state('a', 3));
    const states = (await rows()).filter(({ topic }) => topic === lampStateTopic.name);
    expect(states.map(({ sequence, revision }) => [Number(sequence), Number(revision)])).toEqual([
      [1, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(await numbers(lampTopic.name, 'a')).toEqual([1, 2]);
  });

  it('gives a state in the same call the number of the last event, wherever it stands, and keeps only the last state', async () => {
    await tell(state('a', 1), lit('a'), lit('a'), state('a', 2));
    const states = (await rows()).filter(({ topic }) => topic === lampStateTopic.name);
    expect(states).toEqual([
      expect.objectContaining({ sequence: '2', revision: '1', payload: '{"lampId":"a","watts":2}' }),
    ]);
  });

  it('stores a tombstone without data', async () => {
    await tell(lit('a'), state('a'));
    await tell(tombstone(lampStateTopic, 'a'));
    expect((await rows()).at(-1)).toMatchObject({ type: 'LampState', payload: null, sequence: '1', revision: '2' });
    expect(() => tombstone(lampTopic, 'a')).toThrow('not a state topic');
  });

  it.each([
    ['a field is missing', event(lampTopic, 'LampLit', 'a', { lampId: 'secret' } as never), 'watts (invalid_type)'],
    [
      'a field is not declared',
      event(lampTopic, 'LampLit', 'a', { lampId: 'a', watts: 1, mood: 'x' } as never),
      'mood',
    ],
    [
      'the type is not declared',
      event(lampTopic, 'LampSold' as 'LampLit', 'a', { lampId: 'a', watts: 1 }),
      'not declared',
    ],
    ['it is larger than a broker takes', event(lampTopic, 'LampBroken', 'a', { lampId: 'x'.repeat(1e6) }), 'larger'],
  ])('fails the command when %s', async (_case, bad, says) => {
    const failing = tell(lit('a'), bad);
    await expect(failing).rejects.toThrow(says);
    await expect(failing).rejects.not.toThrow('secret');
    expect(await rows()).toEqual([]);
  });

  describe('for subjects that are new', () => {
    const tellFirst = (...events: Parameters<House['outbox']['append']>) =>
      house.database.transaction(() => house.outbox.appendFirst(house.outbox.ready(...events)));
    const plainRows = async () =>
      (await rows()).map(({ topic, subject, sequence, revision, type, payload }) => {
        return { topic, subject, sequence, revision, type, payload };
      });

    it('stores what an append stores, and both count on from there', async () => {
      const events = [lit('a'), state('a', 1), lit('b'), lit('a'), state('a', 2), tombstone(lampStateTopic, 'b')];
      await tell(...events);
      const [wanted, counted] = [await plainRows(), await counters()];
      await house.source.query('TRUNCATE outbox, event_sequence');
      await tellFirst(...events);
      expect([await plainRows(), await counters()]).toEqual([wanted, counted]);
      await tell(lit('a'), state('a', 3));
      expect(await numbers(lampTopic.name, 'a')).toEqual([1, 2, 3]);
      expect((await plainRows()).at(-1)).toMatchObject({ sequence: '3', revision: '2' });
    });

    it('stores nothing when a subject is not new', async () => {
      await tell(lit('a'));
      await expect(tellFirst(lit('b'), lit('a'))).rejects.toMatchObject({ code: '23505' });
      await tell(lit('b'));
      expect([await numbers(lampTopic.name, 'a'), await numbers(lampTopic.name, 'b')]).toEqual([[1], [1]]);
    });

    it('lets one win when two tell of the same new subject', async () => {
      const told = await Promise.allSettled([tellFirst(lit('a'), lit('a')), tellFirst(lit('a'), lit('a'))]);
      expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await numbers(lampTopic.name, 'a')).toEqual([1, 2]);
    });
  });

  it('refuses a topic of another service, and events outside of a transaction', async () => {
    const foreign = event(billTopic, 'LampBilled', 'a', { lampId: 'a' });
    await expect(tell(foreign)).rejects.toThrow('house may not publish to');
    await expect(house.outbox.append(lit('a'))).rejects.toThrow('inside the transaction');
  });
});
