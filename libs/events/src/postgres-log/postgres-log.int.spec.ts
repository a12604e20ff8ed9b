import { createDatabase, eventually } from '@homerealm/testing';
import pg from 'pg';
import { itIsAnEventLog } from '../event-log.conformance.js';
import { exampleTopics } from '../fixtures/example-topics.js';
import { PostgresLog } from './postgres-log.js';
import { cleanUp } from './tables.js';

describe('the event log in Postgres', () => {
  let url: string;
  beforeAll(async () => {
    url = await createDatabase('event_log');
  });

  describe('as an event log', () =>
    itIsAnEventLog(async () => ({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: url })));

  const { lampTopic, lampStateTopic } = exampleTopics('cleaned', 1);
  const record = (topic: string, key: string, value: string | null) => ({ topic, key, value, headers: {} });

  it('gives gapless offsets in the order of the commits, with many writers', async () => {
    const log = new PostgresLog(url);
    const topics = exampleTopics('gapless', 2);
    await log.ensureTopics([topics.lampTopic]);
    const publisher = await log.openPublisher();
    const write = (writer: number) =>
      publisher.publish(Array.from({ length: 9 }, (_, n) => record(topics.lampTopic.name, `${writer} ${n}`, '')));
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    const bounds = await log.bounds(topics.lampTopic.name);
    expect([...bounds.values()].reduce((sum, { end }) => sum + end, 0n)).toBe(180n);
    await log.close();
  });

  it('goes on when its connections are cut', async () => {
    const log = new PostgresLog(url, 200);
    const topics = exampleTopics('cut', 2);
    const values: (string | null)[] = [];
    const states: string[] = [];
    await log.subscribe({
      group: 'cut',
      topics: [topics.lampTopic],
      onState: (state) => void states.push(state),
      handle: async ({ records, done }) =>
        records.forEach((each) => {
          values.push(each.value);
          done(each);
        }),
    });
    const publisher = await log.openPublisher();
    await publisher.publish([record(topics.lampTopic.name, 'a', '1')]);
    await eventually(() => values.length === 1);
    const client = new pg.Client(url);
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await client.end();
    await eventually(() => publisher.publish([record(topics.lampTopic.name, 'a', '2')]).then(() => true));
    await eventually(() => values.includes('2'));
    expect(values).toEqual(['1', '2']);
    expect(states).toEqual(expect.arrayContaining(['up', 'down']));
    await log.close();
  });

  it('forgets old events and replaced states, and keeps the last state of each key', async () => {
    const log = new PostgresLog(url);
    await log.ensureTopics([lampTopic, lampStateTopic]);
    const publisher = await log.openPublisher();
    const pool = new pg.Pool({ connectionString: url });
    await publisher.publish([record(lampTopic.name, 'a', 'old'), record(lampStateTopic.name, 'a', '1')]);
    await pool.query(`UPDATE log_event SET at = now() - interval '3 days' WHERE topic = $1`, [lampTopic.name]);
    await publisher.publish([record(lampTopic.name, 'a', 'new'), record(lampStateTopic.name, 'b', '1')]);
    await publisher.publish([record(lampStateTopic.name, 'a', '2'), record(lampStateTopic.name, 'b', null)]);
    await cleanUp(pool);
    const { rows } = await pool.query<{ text: string }>(
      `SELECT key || ':' || coalesce(value, '-') AS text FROM log_event WHERE topic = ANY ($1) ORDER BY topic, off`,
      [[lampTopic.name, lampStateTopic.name]],
    );
    expect(rows.map(({ text }) => text).sort()).toEqual(['a:2', 'a:new', 'b:-']);
    await pool.end();
    await log.close();
  });
});
