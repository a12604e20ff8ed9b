import { createDatabase, describeWithKafka, eventually, type RunningKafka, startKafka } from '@homerealm/testing';
import pg from 'pg';
import { exampleTopics } from '../fixtures/example-topics.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { startOwnProcess } from '../fixtures/own-process.js';
import { KafkaLog } from '../kafka/kafka-log.js';
import { PostgresLog } from '../postgres-log/postgres-log.js';
import { readAll } from '../tail-events.js';
import { Consumer } from './consumer.js';
import { EventLog, type LogRecord } from './event-log.port.js';
import { Outbox } from './outbox.js';
import { event } from './outgoing-event.js';
import { OutboxTable, pageSql } from './outbox-table.js';
import { measureOutbox } from '../nest/health.js';
import { Relay } from './relay.js';
import { uuid7 } from './uuid7.js';

const topics = exampleTopics(uuid7());
const { lampTopic } = topics;

let house: House;
let log: EventLog;
let logUrl: string;
const relays: Relay[] = [];

beforeAll(async () => {
  logUrl = await createDatabase('relay_log');
});
beforeEach(async () => {
  house = await openHouse();
  log = new PostgresLog(logUrl, 200);
  await log.ensureTopics([lampTopic]);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
  await log.close();
  await house.source.destroy();
});

const relayTo = (target: EventLog, words = keepWords()) => {
  const prepare = () => target.ensureTopics([lampTopic]);
  const relay = new Relay({
    service: 'house',
    databaseUrl: house.url,
    log: target,
    says: words.says,
    prepare,
    leaderPoll: 100,
  });
  relays.push(relay);
  return relay;
};
const lit = (lampId: string, watts: number) => event(lampTopic, 'LampLit', lampId, { lampId, watts });
const tell = (lampId: string, watts: number, outbox = house.outbox) =>
  house.database.transaction(() => outbox.append(lit(lampId, watts)));
const waiting = async () =>
  Number((await house.source.query<{ n: string }[]>('SELECT count(*) AS n FROM outbox'))[0]?.n);
const sequences = async (from: EventLog, lampId: string) =>
  (await readAll(from, lampTopic))
    .filter(({ record }) => record.key === lampId)
    .map((tailed) => tailed.event?.sequence);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('publishes CloudEvents in order, and forgets them when they are acknowledged', async () => {
  const lampId = uuid7();
  await house.database.transaction(() => house.outbox.append(lit(lampId, 1), lit(lampId, 2)));
  expect(await relayTo(log).runOnce()).toBe(2);
  expect(await waiting()).toBe(0);
  const [first] = (await readAll(log, lampTopic)).filter(({ record }) => record.key === lampId);
  expect(first?.record.headers).toEqual({
    ce_specversion: '1.0',
    ce_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    ce_source: 'house',
    ce_type: 'LampLit',
    ce_subject: lampId,
    ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    ce_dataschema: `urn:homerealm:schema:${lampTopic.name}:LampLit`,
    ce_sequence: '1',
    ce_partitionkey: lampId,
    'content-type': 'application/json',
  });
  expect(first?.event).toMatchObject({ type: 'LampLit', subject: lampId, sequence: 1, data: { lampId, watts: 1 } });
});

it('is woken by a commit, also when another process leads', async () => {
  const lampId = uuid7();
  const leader = relayTo(log);
  leader.start();
  await eventually(() => leader.isLeader);
  const other = relayTo(log);
  other.start();
  const outboxes = [leader, other].map((relay) => new Outbox(house.database, 'house', relay.wake));
  for (const outbox of outboxes) {
    await tell(lampId, 1, outbox);
    await eventually(async () => (await waiting()) === 0);
  }
  expect(other.isLeader).toBe(false);
  await leader.close();
  await eventually(() => other.isLeader);
  await tell(lampId, 1, outboxes[1]);
  await eventually(async () => (await waiting()) === 0);
  expect(await sequences(log, lampId)).toEqual(upTo(3));
});

it('misses no event whose transaction commits late, after events with higher ids went out', async () => {
  const [slow, fast] = [uuid7(), uuid7()];
  const relay = relayTo(log);
  let commit = () => {};
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  let appended = () => {};
  const hasAppended = new Promise<void>((resolve) => (appended = resolve));
  const late = house.database.transaction(async () => {
    await house.outbox.append(lit(slow, 1));
    appended();
    await mayCommit;
  });
  await hasAppended;
  await tell(fast, 1);
  expect(await relay.runOnce()).toBe(1);
  commit();
  await late;
  expect(await relay.runOnce()).toBe(1);
  expect(await sequences(log, slow)).toEqual([1]);
});

it('leads again after its database connection was cut', async () => {
  const lampId = uuid7();
  const relay = relayTo(log);
  relay.start();
  await eventually(() => relay.isLeader);
  const admin = new pg.Client(house.url);
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'house relay' AND datname = current_database()`,
  );
  await admin.end();
  await tell(lampId, 1);
  await eventually(async () => (await waiting()) === 0);
  expect(await sequences(log, lampId)).toEqual([1]);
});

it('is relieved by another process while it is stopped, and follows when it goes on', async () => {
  const lampId = uuid7();
  const settings = { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: logUrl };
  const task = { settings, databaseUrl: house.url, silence: 2000 };
  const leader = await startOwnProcess('relay.process.ts', task);
  await leader.says('leads');
  const other = relayTo(log);
  other.start();
  await tell(lampId, 1);
  await eventually(async () => (await waiting()) === 0);
  expect(other.isLeader).toBe(false);
  leader.signal('SIGSTOP');
  await tell(lampId, 2);
  await eventually(() => other.isLeader, { timeout: 30_000 });
  await eventually(async () => (await waiting()) === 0);
  leader.signal('SIGCONT');
  await leader.says('follows');
  await tell(lampId, 3);
  await eventually(async () => (await waiting()) === 0);
  await leader.kill();
  expect(await sequences(log, lampId)).toEqual(upTo(3));
});

it('publishes again, in order, what it could not prove to be published, and drops the publisher that failed', async () => {
  const published: string[] = [];
  let opened = 0;
  class Unsure extends EventLog {
    ensureTopics = async () => {};
    openPublisher = async () => {
      const isFirst = ++opened === 1;
      return {
        publish: async (records: LogRecord[]) => {
          published.push(...records.map(({ headers }) => headers['ce_sequence'] ?? ''));
          if (isFirst) throw new Error('no answer');
        },
        close: async () => {},
      };
    };
    subscribe = () => Promise.reject(new Error('not here'));
    bounds = () => Promise.reject(new Error('not here'));
    position = () => Promise.reject(new Error('not here'));
    movePosition = () => Promise.reject(new Error('not here'));
    close = async () => {};
  }
  const { words, says } = keepWords();
  const relay = relayTo(new Unsure(), { words, says });
  await tell('a', 1);
  await tell('a', 2);
  relay.start();
  await eventually(async () => (await waiting()) === 0);
  expect(published).toEqual(['1', '2', '1', '2']);
  expect(opened).toBe(2);
  expect(words).toEqual([expect.stringContaining('Events wait in the outbox'), 'Events go out again.']);
});

it('drains thousands of waiting events in order', async () => {
  const lampId = uuid7();
  const many = upTo(500).map((watts) => lit(lampId, watts));
  for (let round = 0; round < 6; round++) await house.database.transaction(() => house.outbox.append(...many));
  relayTo(log).start();
  await eventually(async () => (await waiting()) === 0, { timeout: 30_000 });
  expect(await sequences(log, lampId)).toEqual(upTo(3000));
});

it('loses and reorders nothing while transactions of all lengths commit beside each other', async () => {
  const lamps = Array.from({ length: 5 }, () => uuid7());
  const relay = relayTo(log);
  relay.start();
  const outbox = new Outbox(house.database, 'house', relay.wake);
  const write = async (at: number) => {
    await house.database.transaction(async () => {
      // The row of another subject is taken first: its id is low, and is seen late.
      await outbox.append(lit(lamps[at % 5] ?? '', at));
      await new Promise((resume) => setTimeout(resume, (at * 37) % 150));
    });
  };
  await Promise.all(Array.from({ length: 60 }, (_, at) => write(at)));
  await eventually(async () => (await waiting()) === 0);
  for (const lampId of lamps) expect(await sequences(log, lampId)).toEqual(upTo(12));
});

it('holds few bytes at a time, however much waits, and says how old the oldest is', async () => {
  const sizes: number[] = [];
  let isDown = true;
  const slow = new PostgresLog(logUrl, 200);
  const open = slow.openPublisher.bind(slow);
  slow.openPublisher = async () => {
    const publisher = await open();
    return {
      close: () => publisher.close(),
      publish: async (records: LogRecord[]) => {
        if (isDown) throw new Error('down');
        sizes.push(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
        await publisher.publish(records);
      },
    };
  };
  const sql = `INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload)
    SELECT $1, 'big', n, n, gen_random_uuid(), 'LampLit', '{}', repeat('x', 900000) FROM generate_series(1, 24) AS n`;
  await house.source.query(sql, [lampTopic.name]);
  const relay = relayTo(slow);
  relay.start();
  await eventually(() => relay.isLeader);
  const age = async () => (await measureOutbox(house.database)).oldestSeconds;
  const first = await age();
  await eventually(async () => (await age()) > first + 0.5);
  isDown = false;
  await eventually(async () => (await waiting()) === 0, { timeout: 30_000 });
  expect(Math.max(...sizes)).toBeLessThan(9_000_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(24 * 900_000);
  await relay.close();
  await slow.close();
});

it('finds rows by their id, also right after many have passed through', async () => {
  const client = new pg.Client(house.url);
  await client.connect();
  await OutboxTable.prepare(client);
  const table = new OutboxTable(client, { rows: 500, bytes: 8_000_000 });
  const fill = (count: number) =>
    house.source.query(
      `INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload)
       SELECT 't', 's', n, n, gen_random_uuid(), 'LampLit', '{}', 'x' FROM generate_series(1, $1::int) AS n`,
      [count],
    );
  // The plan is made while the table is empty, and is kept.
  for (let round = 0; round < 10; round++) await table.next();
  await fill(100_000);
  await client.query('DELETE FROM outbox');
  await fill(1000);
  const explain = async () => {
    const sql = `EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) ${pageSql.replace('$1', `'{}'`).replace('$2', '500').replace('$3', '8000000')}`;
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(sql);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  await explain();
  const plan = await explain();
  expect(plan).toContain('Index Scan using outbox_pk');
  expect(plan).not.toContain('Seq Scan');
  const begun = performance.now();
  const page = await table.next();
  expect(page.rows).toHaveLength(500);
  expect(performance.now() - begun).toBeLessThan(250);
  await client.end();
}, 120_000);

describeWithKafka(
  'with a broker that is killed',
  () => {
    let kafka: RunningKafka | null;
    beforeAll(async () => {
      kafka = await startKafka({ own: true, says: () => {} });
    }, 300_000);
    afterAll(() => kafka?.close());

    it('keeps taking events while the broker is down, and drains them in order when it is back', async () => {
      if (!kafka) throw new Error('no broker');
      const lampId = uuid7();
      const { words, says } = keepWords();
      const onKafka = new KafkaLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka.brokers });
      const relay = relayTo(onKafka, { words, says });
      const outbox = new Outbox(house.database, 'house', relay.wake);
      const received: (number | undefined)[] = [];
      const consumer = new Consumer({
        ...{ service: 'house', database: house.database, topics: [lampTopic], says },
        handle: async (lamp) => void received.push(lamp.sequence),
      });
      relay.start();
      await onKafka.subscribe({ group: uuid7(), topics: [lampTopic], handle: consumer.handleBatch });
      await tell(lampId, 1, outbox);
      await eventually(() => received.length === 1, { timeout: 30_000 });
      await kafka.stop();
      for (let watts = 2; watts <= 40; watts++) await tell(lampId, watts, outbox);
      await eventually(() => words.some((line) => line.includes('wait in the outbox')), { timeout: 30_000 });
      expect(await waiting()).toBe(39);
      await kafka.start();
      await eventually(async () => (await waiting()) === 0, { timeout: 30_000 });
      expect(await sequences(onKafka, lampId)).toEqual(upTo(40));
      expect(words.filter((line) => line.includes('wait in the outbox'))).toHaveLength(1);
      await eventually(() => received.length === 40, { timeout: 30_000 });
      expect(received).toEqual(upTo(40));
      await relay.close();
      await onKafka.close();
    }, 180_000);
  },
  { own: true },
);
