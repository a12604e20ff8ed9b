import { encodeRow, type LogRecord, openEventLog, type OutboxRow, Relay } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Measurement } from './finding.js';
import { parcelPayload, parcelTopic } from './parcels.js';
import { interleave, medianOf, perSecond, ratio } from './rounds.js';
import { type Service, silent } from './world.js';

const batchSize = 500;
const share = 0.5;
const least = 10_000;

const fillSql = `
  INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload)
  SELECT $1::text, 'parcel-' || n % 1000, n / 1000 + 1, n / 1000 + 1, gen_random_uuid(), 'ParcelMoved', '{}', $2::text
  FROM generate_series(0, $3::int - 1) AS n`;

/** How fast an outbox that is full empties, beside the client library sending the same records by itself. */
export const relay: Measurement = {
  name: 'relay',
  async run(world, { rounds, count }) {
    const events = count * 10;
    const topic = parcelTopic('relay');
    const service = await world.openService('post');
    const log = openEventLog(await world.logSettings('kafka'));
    await log.ensureTopics([topic]);
    const { producer, records } = await openRaw((await world.kafka()).brokers, service, topic.name, events);
    const ours = new Relay({ service: 'post', says: silent, log, databaseUrl: service.url, batchSize });
    ours.start();
    await eventually(() => ours.isLeader);
    const results = await interleave(rounds, {
      raw: () => perSecond(events, () => sendAll(producer, topic.name, records)),
      relay: async () => {
        await fill(service, topic.name, events);
        return perSecond(events, () => drain(ours, service));
      },
    });
    await ours.close();
    await Promise.all([producer.disconnect(), log.close()]);
    await service.close();
    const [part, rate] = [ratio(results, 'relay', 'raw'), medianOf(results, 'relay')];
    return [
      {
        what: 'relay to Kafka, of raw kafkajs sending the same',
        value: part.toFixed(2),
        goal: `≥ ${share}`,
        met: part >= share,
        details: `raw ${medianOf(results, 'raw').toFixed(0)} a second; batches of ${batchSize}, idempotent, acks -1`,
      },
      {
        what: 'relay to Kafka, events a second',
        value: rate.toFixed(0),
        goal: `≥ ${least}`,
        met: rate >= least,
      },
    ];
  },
};

async function openRaw(brokers: string[], service: Service, topic: string, events: number) {
  const kafka = new Kafka({ clientId: 'raw', brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await fill(service, topic, events);
  const rows = await service.database.sql.query<OutboxRow>('DELETE FROM outbox RETURNING *');
  return { producer, records: rows.map((row) => encodeRow(row, 'post')) };
}

async function fill({ database }: Service, topic: string, events: number): Promise<void> {
  await database.sql.query(fillSql, [topic, parcelPayload, events]);
}

async function sendAll(producer: Producer, topic: string, records: readonly LogRecord[]): Promise<void> {
  for (let start = 0; start < records.length; start += batchSize) {
    const messages = records
      .slice(start, start + batchSize)
      .map(({ key, value, headers }) => ({ key, value, headers }));
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] });
  }
}

async function drain(ours: Relay, { database }: Service): Promise<void> {
  ours.wake();
  await eventually(async () => (await database.sql.query('SELECT 1 FROM outbox LIMIT 1')).length === 0, {
    timeout: 120_000,
    every: 20,
    says: 'an empty outbox',
  });
}
