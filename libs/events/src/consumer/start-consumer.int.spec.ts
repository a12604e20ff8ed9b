import { createDatabase, eventually } from '@homerealm/testing';
import { PgDatabase } from '../core/pg-database.js';
import { Street } from '../fixtures/street.js';
import { on, startFrom, type TopicHandler } from './handlers.js';
import { startConsumer } from './start-consumer.js';
import type { RunningConsumer } from './running-consumer.js';

describe('a consumer with its inbox in its own Postgres', () => {
  let street: Street;
  let database: PgDatabase;
  let consumer: RunningConsumer | undefined;
  let broken: string | undefined;

  beforeEach(async () => {
    broken = undefined;
    street = await Street.open();
    database = new PgDatabase({ url: await createDatabase('street') });
    await database.sql.query('CREATE TABLE light (id bigserial, subject text, seq int, data jsonb)');
  });
  afterEach(async () => {
    await consumer?.close();
    await database.close();
    await street.close();
    consumer = undefined;
  });

  const start = async (handlers: TopicHandler[]) => {
    const { access: log, words } = street;
    consumer = await startConsumer({ name: 'street', log, database, handlers, says: words.says });
    return consumer;
  };
  const lights = () =>
    database.sql.query<{ light: string }>(`SELECT subject || seq AS light FROM light ORDER BY subject, id`);
  const seen = async () => (await lights()).map(({ light }) => light);
  const sees = (...expected: string[]) => eventually(async () => (await seen()).join() === expected.join());
  const insert = `INSERT INTO light (subject, seq, data) VALUES ($1, $2, $3)`;
  const keepsLamps = () =>
    on(
      street.topics.lampTopic,
      async (event, { sql }) => {
        if (event.subject === broken) throw new Error('no socket');
        await sql.query(insert, [event.subject, event.sequence, event.data]);
      },
      { tables: ['light'], together: true },
    );

  it('applies what was told before and after it came, once and in order', async () => {
    const { lampTopic } = street.topics;
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 1 },
      { subject: 'a', sequence: 2 },
    ]);
    await start([keepsLamps()]);
    await sees('a1', 'a2');
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 2 },
      { subject: 'b', sequence: 1 },
      { subject: 'a', sequence: 3 },
    ]);
    await sees('a1', 'a2', 'a3', 'b1');
    expect(consumer?.state).toBe('up');
    await eventually(async () => (await consumer?.isFresh(lampTopic, 'a')) === true);
  });

  it('gives each type to its handler, with the data of that type, and passes over the others', async () => {
    const { lampTopic } = street.topics;
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 1 },
      { subject: 'a', sequence: 2, type: 'LampBroken' },
      { subject: 'a', sequence: 3 },
    ]);
    await start([
      on(lampTopic, {
        LampLit: async (event, { sql }) => {
          const watts: number = event.data.watts;
          await sql.query(insert, [event.subject, watts, null]);
        },
      }),
    ]);
    await sees('a1', 'a3');
    expect(await consumer?.parked.list()).toEqual([]);
  });

  it('stops only the subject whose event fails, and goes on in order after a retry', async () => {
    const { lampTopic } = street.topics;
    broken = 'a';
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 1 },
      { subject: 'a', sequence: 2 },
      { subject: 'b', sequence: 1 },
    ]);
    const { parked, ...rest } = await start([keepsLamps()]);
    await eventually(async () => (await parked.list())[0]?.waiting === 2);
    await sees('b1');
    expect(await parked.list()).toMatchObject([{ subject: 'a', reason: 'failed', firstSequence: 1 }]);
    expect(await consumer?.isFresh(lampTopic, 'a')).toBe(false);
    expect(rest).toBeDefined();
    broken = undefined;
    await parked.retry({ topic: lampTopic.name, subject: 'a' });
    await sees('a1', 'a2', 'b1');
    expect(await parked.list()).toEqual([]);
  });

  it('leaves an event out when an operator says why', async () => {
    const { lampTopic } = street.topics;
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 1, raw: 'not JSON' },
      { subject: 'a', sequence: 2 },
    ]);
    const { parked } = await start([keepsLamps()]);
    await eventually(async () => (await parked.list())[0]?.waiting === 2);
    const [first] = await parked.list();
    if (!first) throw new Error('nothing is parked');
    await parked.skip(first, { reason: 'the lamp never was', by: 'keeper' });
    await sees('a2');
  });

  it('begins with how things are, and goes on with the events after that', async () => {
    const { lampTopic, lampStateTopic } = street.topics;
    await street.tell(lampStateTopic, [{ subject: 'a', sequence: 7 }]);
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 7 },
      { subject: 'a', sequence: 8 },
    ]);
    await start([
      keepsLamps(),
      startFrom(lampStateTopic, async (state, { sql }) => {
        await sql.query(insert, [`state of ${state.subject}`, state.sequence, state.data]);
      }),
    ]);
    await sees('a8', 'state of a7');
  });

  it('applies the past again into empty tables', async () => {
    const { lampTopic } = street.topics;
    await street.tell(lampTopic, [
      { subject: 'a', sequence: 1 },
      { subject: 'a', sequence: 2 },
    ]);
    const running = await start([keepsLamps()]);
    await sees('a1', 'a2');
    await database.sql.query(`UPDATE light SET subject = 'nonsense'`);
    await running.replay();
    await sees('a1', 'a2');
    await eventually(() => running.isFresh(lampTopic, 'a'));
  });

  it('refuses handlers that do not go together', async () => {
    const { lampTopic, lampStateTopic } = street.topics;
    await expect(start([])).rejects.toThrow('follows no topic');
    await expect(start([keepsLamps(), keepsLamps()])).rejects.toThrow('two handlers');
    await expect(start([startFrom(lampStateTopic, () => {})])).rejects.toThrow('follows no topic');
    const secret = { ...lampTopic, readers: ['house'] };
    await expect(start([on(secret, () => {})])).rejects.toThrow('street may not read');
    expect(() => on(lampStateTopic, () => {})).toThrow('holds states');
    expect(() => startFrom(lampTopic, () => {})).toThrow('not the state');
  });
});
