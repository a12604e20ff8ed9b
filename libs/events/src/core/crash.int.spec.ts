import { createDatabase, describeWithKafka, eventually, kafkaBrokers } from '@homerealm/testing';
import { exampleTopics } from '../fixtures/example-topics.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { openEventLog } from '../open-event-log.js';
import type { EventLogSettings } from '../settings.js';
import { Consumer } from './consumer.js';
import type { EventLog, RecordBatch } from './event-log.port.js';
import { event } from './outgoing-event.js';
import { Relay } from './relay.js';
import { uuid7 } from './uuid7.js';

/** A process that dies after the database has committed, and before the log learns of it, is told everything again. */
function itAppliesOnce(settings: () => Promise<EventLogSettings>): void {
  const { lampTopic } = exampleTopics(uuid7());
  let house: House;
  let log: EventLog;

  beforeAll(async () => {
    house = await openHouse();
    log = openEventLog(await settings());
  });
  afterAll(async () => {
    await log.close();
    await house.source.destroy();
  });

  const tell = async (sequence: number) => {
    const { says } = keepWords();
    const lit = event(lampTopic, 'LampLit', 'a', { lampId: 'a', watts: sequence });
    await house.database.transaction(() => house.outbox.append(lit));
    await log.ensureTopics([lampTopic]);
    await new Relay({ service: 'house', databaseUrl: house.url, log, says }).runOnce();
  };
  const subscribe = (onBatch: (batch: RecordBatch, apply: Consumer['handleBatch']) => Promise<void>) => {
    const { says } = keepWords();
    const consumer = new Consumer({
      ...{ service: 'house', database: house.database, topics: [lampTopic], says },
      handle: ({ sequence }) =>
        house.database.manager.query(`INSERT INTO effect (subject, seq) VALUES ('a', $1)`, [sequence]),
    });
    const handle = (batch: RecordBatch) => onBatch(batch, consumer.handleBatch);
    return log.subscribe({ group: 'crash', topics: [lampTopic], handle });
  };
  const effects = async () =>
    (await house.source.query<{ seq: string }[]>('SELECT seq FROM effect ORDER BY id')).map(({ seq }) => Number(seq));

  it('applies each event once', async () => {
    await tell(1);
    await tell(2);
    const dying = await subscribe((batch, apply) => apply({ ...batch, done: () => {} }));
    await eventually(async () => (await effects()).length === 2, { timeout: 30_000 });
    await dying.close();
    await tell(3);
    let delivered = 0;
    await subscribe((batch, apply) => {
      delivered += batch.records.length;
      return apply(batch);
    });
    await eventually(async () => (await effects()).includes(3), { timeout: 30_000 });
    expect(delivered).toBe(3);
    expect(await effects()).toEqual([1, 2, 3]);
  });
}

describe('a crash between the commit and the offset, on the Postgres log', () =>
  itAppliesOnce(async () => ({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: await createDatabase('log') })));

describeWithKafka('a crash between the commit and the offset, on Kafka', () =>
  itAppliesOnce(async () => ({ EVENT_LOG: 'kafka', KAFKA_BROKERS: await kafkaBrokers() })),
);
