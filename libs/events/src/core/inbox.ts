import type { EntityManager } from 'typeorm';
import type { StoredRecord } from './event-log.port.js';

/** What the cursor says about an event. `next`: it is its turn, and the cursor has moved. */
export type Turn = 'next' | 'duplicate' | 'gap' | 'parked';

export type ParkReason = 'failed' | 'gap' | 'undecodable' | 'behind';

/**
 * Moves on when the event is the next one, in one statement that also locks the cursor. The first event of a subject
 * may have any number: the log keeps the past for a limited time only.
 */
const moveSql = (anyLater: boolean) => `
  INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq) VALUES ($1, $2, $3, $4)
  ON CONFLICT (consumer, topic, subject) DO UPDATE SET last_seq = excluded.last_seq
  WHERE i.state = 'open' AND ${anyLater ? 'i.last_seq < excluded.last_seq' : 'i.last_seq = excluded.last_seq - 1'}
  RETURNING last_seq`;

/** A consumer's cursors: one for each topic and subject, in the consumer's database. */
export class Inbox {
  constructor(private readonly consumer: string) {}

  /** @param anyLater gaps are legal, as on compacted topics */
  async takeTurn(manager: EntityManager, at: Place, revision: number, anyLater: boolean): Promise<Turn> {
    const cursor = [this.consumer, at.topic, at.subject];
    const moved = await rowsOf(manager, moveSql(anyLater), [...cursor, revision]);
    if (moved.length > 0) return 'next';
    // The statement above has locked the row although it changed nothing.
    const sql = 'SELECT last_seq, state FROM event_inbox WHERE consumer = $1 AND topic = $2 AND subject = $3';
    const [row] = await rowsOf<{ last_seq: string; state: string }>(manager, sql, cursor);
    if (revision <= Number(row?.last_seq)) return 'duplicate';
    return row?.state === 'parked' ? 'parked' : 'gap';
  }

  /** Puts a record aside and stops its subject. @returns false when it was put aside before */
  async park(manager: EntityManager, record: StoredRecord, why: Why): Promise<boolean> {
    const cursor = [this.consumer, record.topic, record.key];
    await manager.query(
      `INSERT INTO event_inbox (consumer, topic, subject, last_seq, state) VALUES ($1, $2, $3, $4, 'parked')
       ON CONFLICT (consumer, topic, subject) DO UPDATE SET state = 'parked'`,
      [...cursor, Math.max(0, (why.revision ?? 1) - 1)],
    );
    const id = record.headers['ce_id'] ?? `${record.partition}:${record.offset}`;
    const added = await rowsOf(
      manager,
      `INSERT INTO event_parked (consumer, topic, subject, event_id, headers, payload, reason, error)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (consumer, topic, subject, event_id) DO NOTHING RETURNING id`,
      [...cursor, id, JSON.stringify(record.headers), record.value, why.reason, why.error ?? null],
    );
    return added.length > 0;
  }
}

/** Why a record is put aside. `revision` is known unless it could not be read. */
export type Why = { reason: ParkReason; revision?: number | undefined; error?: string | undefined };

export type Place = { topic: string; subject: string };

/** TypeORM gives rows for SELECT and INSERT, and [rows, count] for UPDATE and DELETE. */
async function rowsOf<Row = unknown>(manager: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const result: unknown = await manager.query(sql, values);
  return result as Row[];
}
