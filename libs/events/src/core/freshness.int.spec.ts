import { createDatabase, eventually } from '@homerealm/testing';
import { exampleTopics } from '../fixtures/example-topics.js';
import { type House, openHouse } from '../fixtures/open-house.js';
import { PostgresLog } from '../postgres-log/postgres-log.js';
import type { RecordBatch } from './event-log.port.js';
import { Freshness } from './freshness.js';
import { GroupWatch } from './group-watch.js';
import { uuid7 } from './uuid7.js';

describe('freshness', () => {
  const { lampTopic } = exampleTopics(uuid7(), 1);
  let house: House;
  let log: PostgresLog;
  let watch: GroupWatch;

  beforeAll(async () => {
    house = await openHouse();
    log = new PostgresLog(await createDatabase('log'), 50);
    await log.ensureTopics([lampTopic]);
  });
  afterAll(async () => {
    await log.close();
    await house.source.destroy();
  });
  beforeEach(async () => {
    watch = new GroupWatch({ service: 'house', database: house.database, log, topics: [lampTopic] });
    await house.source.query('TRUNCATE event_caught_up, event_catch_up, event_inbox');
  });

  const isFresh = (within?: number) =>
    new Freshness({ database: house.database, consumer: 'house', ...(within && { within }) }).isFresh(lampTopic, 'a');
  const publish = async (value: string) => {
    const publisher = await log.openPublisher();
    await publisher.publish([{ topic: lampTopic.name, key: 'a', value, headers: {} }]);
    await publisher.close();
  };
  const read = async (until: string) => {
    let seen = false;
    const handle = async ({ records, done }: RecordBatch) => {
      for (const record of records) {
        seen ||= record.value === until;
        done(record);
      }
    };
    const subscription = await log.subscribe({ group: 'house', topics: [lampTopic], handle });
    await eventually(() => seen);
    await subscription.close();
  };

  it('is nothing that a consumer has before it has looked', async () => {
    expect(await isFresh()).toBe(false);
    await watch.look();
    expect(await isFresh()).toBe(true);
  });

  it('ends when events wait, and comes back when they are applied', async () => {
    await publish('1');
    await watch.look();
    expect(await isFresh()).toBe(false);
    await read('1');
    await watch.look();
    expect(await isFresh()).toBe(true);
  });

  it('lasts while the consumer is a little behind all the time', async () => {
    await publish('2');
    await watch.look();
    await read('2');
    await publish('3');
    await watch.look();
    expect(await isFresh()).toBe(true);
  });

  it('ends when nobody has looked for the allowed time', async () => {
    await read('3');
    await watch.look();
    await house.source.query(`UPDATE event_caught_up SET at = at - interval '61 seconds'`);
    expect(await isFresh()).toBe(false);
    expect(await isFresh(90)).toBe(true);
  });

  it('ends for a subject that is parked', async () => {
    await watch.look();
    await house.source.query(`INSERT INTO event_inbox VALUES ('house', $1, 'a', 4, 'parked')`, [lampTopic.name]);
    expect(await isFresh()).toBe(false);
  });

  it('ends while the past is read again, until the end there was', async () => {
    const end = (await log.bounds(lampTopic.name)).get(0)?.end ?? 0n;
    const catchUp = (until: bigint) =>
      house.source.query(`INSERT INTO event_catch_up VALUES ('house', $1, 0, $2)`, [lampTopic.name, until]);
    await catchUp(end + 1n);
    await watch.look();
    expect(await isFresh()).toBe(false);
    await publish('4');
    await read('4');
    await watch.look();
    expect(await isFresh()).toBe(true);
  });
});
