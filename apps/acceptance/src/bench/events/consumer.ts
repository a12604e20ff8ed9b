import { Consumer, type StoredRecord } from '@homerealm/events';
import pg from 'pg';
import type { Measurement } from './finding.js';
import { parcelRecords, type ParcelTopic, parcelTopic } from './parcels.js';
import { interleave, medianOf, perSecond, ratio, type Rounds } from './rounds.js';
import { type Service, silent } from './world.js';

const parcels = 64;
const manyLanes = 8;
const goals = { raw: 0.8, lanes: 2.5, together: 4 };
const effectSql = 'INSERT INTO move (parcel_id, seq) VALUES ($1, $2)';
const cursorSql = `
  INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq) VALUES ('raw', $1, $2, $3)
  ON CONFLICT (consumer, topic, subject) DO UPDATE SET last_seq = excluded.last_seq
  WHERE i.state = 'open' AND i.last_seq = excluded.last_seq - 1 RETURNING last_seq`;

/** How fast events that wait are applied: record in hand, one statement as the effect. */
export const consumer: Measurement = {
  name: 'consumer',
  async run(world, { rounds, count }) {
    const topic = parcelTopic('consumer');
    const service = await world.openService('shop');
    const client = new pg.Client({ connectionString: service.url });
    await client.connect();
    const ours = (name: string, concurrency: number, together = false) => {
      const consumer = openConsumer(name, service, topic, { concurrency, together });
      return () => timed(parcelRecords(topic, count, parcels), (records) => applyAll(consumer, topic, records));
    };
    const results = await interleave(rounds, {
      raw: () => timed(parcelRecords(topic, count, parcels), (records) => applyRaw(client, records)),
      one: ours('one', 1),
      lanes: ours('lanes', manyLanes),
      together: ours('together', 1, true),
    });
    await client.end();
    await service.close();
    return findings(results);
  },
};

const timed = (records: StoredRecord[], work: (records: StoredRecord[]) => Promise<void>): Promise<number> =>
  perSecond(records.length, () => work(records));

function openConsumer(
  name: string,
  { database }: Service,
  topic: ParcelTopic,
  { concurrency, together }: { concurrency: number; together: boolean },
): Consumer {
  const handle = ({ subject, sequence }: { subject: string; sequence: number }) =>
    database.sql.query(effectSql, [subject, sequence]);
  return new Consumer({
    ...{ service: name, database, topics: [topic], says: silent, handle, concurrency },
    together: () => together,
  });
}

async function applyAll(consumer: Consumer, topic: ParcelTopic, records: StoredRecord[]): Promise<void> {
  let done = 0;
  await consumer.handleBatch({
    ...{ topic: topic.name, partition: 0, records, end: BigInt(records.length) },
    signal: new AbortController().signal,
    done: () => void done++,
    stopPartition: () => {},
  });
  if (done !== records.length) throw new Error(`only ${done} of ${records.length} events were applied`);
}

/** The same statements by hand: what the consumer is measured by. */
async function applyRaw(client: pg.Client, records: StoredRecord[]): Promise<void> {
  for (const { topic, key, headers } of records) {
    await client.query('BEGIN');
    const sequence = headers['ce_sequence'];
    const { rowCount } = await client.query({ name: 'cursor', text: cursorSql, values: [topic, key, sequence] });
    if (rowCount !== 1) throw new Error('not its turn');
    await client.query({ name: 'effect', text: effectSql, values: [key, sequence] });
    await client.query('COMMIT');
  }
}

function findings(results: Rounds<'raw' | 'one' | 'lanes' | 'together'>) {
  const raw = ratio(results, 'one', 'raw');
  const lanes = ratio(results, 'lanes', 'one');
  const together = ratio(results, 'together', 'one');
  const rate = (name: keyof (typeof results)[number]) => `${medianOf(results, name).toFixed(0)} a second`;
  return [
    {
      what: 'consumer, a transaction per event, of raw pg doing the same',
      ...{ value: raw.toFixed(2), goal: `≥ ${goals.raw}`, met: raw >= goals.raw },
      details: `${rate('one')}, raw ${rate('raw')}`,
    },
    {
      what: `consumer, ${manyLanes} lanes by key instead of one`,
      ...{ value: `${lanes.toFixed(1)}×`, goal: `≥ ${goals.lanes}×`, met: lanes >= goals.lanes },
      details: rate('lanes'),
    },
    {
      what: 'consumer, events together instead of a transaction per event',
      ...{ value: `${together.toFixed(1)}×`, goal: `≥ ${goals.together}×`, met: together >= goals.together },
      details: rate('together'),
    },
  ];
}
