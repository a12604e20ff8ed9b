import { Consumer, decodeRecord, encodeRow, event, type OutboxRow, type RecordBatch } from '@homerealm/events';
import { reach } from '@homerealm/events/operations';
import { query } from '../rig/query.js';
import { bill, groupOf, lightSql, type Parts, says, sound } from './house.js';

/** Faults that others have made, each in one part of an otherwise sound house. The rig has to catch them. */

const sleep = (milliseconds: number) => new Promise<void>((resume) => setTimeout(resume, milliseconds));

/** The event goes out while the transaction is open; if that is rolled back, something was told that never was. */
const publishBeforeCommit: Parts = {
  ...sound,
  async light({ database, outbox, topic, log }, lampId, held) {
    await log.ensureTopics([topic]);
    const publisher = await log.openPublisher();
    await database.transaction(async () => {
      await database.sql.query(lightSql, [lampId]);
      await outbox.append(event(topic, 'LampLit', lampId, { lampId }));
      const rows = await database.sql.query<OutboxRow>('DELETE FROM outbox RETURNING *');
      await publisher.publish(rows.map((row) => encodeRow(row, 'house')));
      await held();
    });
    await publisher.close();
  },
};

/** The group's offset moves on before the effect; what a crash interrupts is never delivered again. */
const offsetFirst: Parts = {
  ...sound,
  openConsumer(place) {
    const { log, topic, database, unique } = place;
    const group = groupOf(unique);
    const consumer = new Consumer({ service: group, database, topics: [topic], says, handle: bill(place) });
    const applyLater = async (batch: RecordBatch) => {
      const last = batch.records.at(-1)?.offset ?? -1n;
      const position = async () => (await log.position(group, topic.name)).get(batch.partition) ?? -1n;
      while ((await position()) <= last) await sleep(20);
      await consumer.handleBatch({ ...batch, done: () => {}, signal: new AbortController().signal });
    };
    const handle = async (batch: RecordBatch) => {
      for (const record of batch.records) batch.done(record);
      void applyLater(batch);
    };
    return { start: () => void log.subscribe({ group, topics: [topic], handle }) };
  },
};

/** Reads on behind the highest id it has seen; who took a lower id and commits later is never seen. */
const idCursorRelay: Parts = {
  ...sound,
  openRelay({ log, url, topic }) {
    const run = async () => {
      await log.ensureTopics([topic]);
      const publisher = await log.openPublisher();
      for (let cursor = '0'; ; await sleep(20)) {
        const rows = await query<OutboxRow>(url, 'SELECT * FROM outbox WHERE id > $1 ORDER BY id', [cursor]);
        if (rows.length === 0) continue;
        await publisher.publish(rows.map((row) => encodeRow(row, 'house')));
        await query(url, 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [rows.map(({ id }) => id)]);
        cursor = rows.at(-1)?.id ?? cursor;
      }
    };
    return { start: () => void run(), wake: () => {} };
  },
};

/** Applies whatever is delivered; after a crash before the offset the same is delivered again. */
const noInbox: Parts = {
  ...sound,
  openConsumer(place) {
    const { log, topic, database, unique } = place;
    const handle = async ({ records, done }: RecordBatch) => {
      for (const record of records) {
        const decoded = decodeRecord(record, topic);
        const { event: lit } = decoded;
        if (lit) await database.transaction(() => bill(place)(lit, decoded, record) as Promise<void>);
        reach('consumer.committed');
        done(record);
      }
    };
    return { start: () => void log.subscribe({ group: groupOf(unique), topics: [topic], handle }) };
  },
};

export const houses = { sound, publishBeforeCommit, offsetFirst, idCursorRelay, noInbox } as const;
export type HouseName = keyof typeof houses;
export type Fault = Exclude<HouseName, 'sound'>;
