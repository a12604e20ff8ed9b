import { claimedRevision } from './envelope.js';
import type { Sql } from './event-database.js';
import type { StoredRecord } from './event-log.port.js';

/** What the cursor says about an event. `next`: it is its turn, and the cursor has moved. */
export type Turn = 'next' | 'duplicate' | 'gap' | 'parked';

export type ParkReason = 'failed' | 'gap' | 'undecodable' | 'behind';

export type Place = { topic: string; subject: string };

/** How the numbers of a topic's subjects run. */
export type Counting = {
  /** Gaps are legal, as on compacted topics; a later state makes up for one that was parked. */
  anyLater: boolean;
  /** We know the partition's past whole, so the first event of a subject has the number 1. */
  fromOne: boolean;
};

/** Several events of one subject, in order and without a gap between them. */
export type Run = { subject: string; first: number; last: number };

/** Why a record is put aside. `revision` is known unless it could not be read. */
export type Why = { reason: ParkReason; revision?: number | undefined; error?: string | undefined };

/** Moves on when the event is the next one, in one statement that also locks the cursor. */
const moveSql = ({ anyLater, fromOne }: Counting) => `
  INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq)
  SELECT $1, $2, $3, $4::bigint ${fromOne && !anyLater ? `WHERE $4::bigint = 1 OR EXISTS (${cursorSql})` : ''}
  ON CONFLICT (consumer, topic, subject) DO UPDATE SET last_seq = excluded.last_seq, state = 'open'
  WHERE ${anyLater ? 'i.last_seq < excluded.last_seq' : `i.state = 'open' AND i.last_seq = excluded.last_seq - 1`}
  RETURNING last_seq`;
const cursorSql = 'SELECT last_seq, state FROM event_inbox WHERE consumer = $1 AND topic = $2 AND subject = $3';

/** The same for many subjects at once. What it does not move is not its turn, or not plainly so. */
const moveManySql = ({ anyLater, fromOne }: Counting) => `
  WITH run AS (SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS r (subject, first, last)),
  moved AS (
    UPDATE event_inbox i SET last_seq = run.last FROM run
    WHERE i.consumer = $1 AND i.topic = $2 AND i.subject = run.subject AND i.state = 'open'
      AND i.last_seq ${anyLater ? '<' : '= -1 +'} run.first
    RETURNING 1),
  added AS (
    INSERT INTO event_inbox (consumer, topic, subject, last_seq)
    SELECT $1, $2, run.subject, run.last FROM run
    WHERE ${fromOne && !anyLater ? 'run.first = 1 AND' : ''} NOT EXISTS (
      SELECT 1 FROM event_inbox i WHERE i.consumer = $1 AND i.topic = $2 AND i.subject = run.subject)
    RETURNING 1)
  SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM added) AS moved`;

/** A consumer's cursors: one for each topic and subject, in the consumer's database. Call it inside a transaction. */
export class Inbox {
  constructor(private readonly consumer: string) {}

  async takeTurn(sql: Sql, at: Place, revision: number, counting: Counting): Promise<Turn> {
    const cursor = [this.consumer, at.topic, at.subject];
    const moved = await sql.query(moveSql(counting), [...cursor, revision]);
    if (moved.length > 0) return 'next';
    const [row] = await sql.query<{ last_seq: string; state: string }>(`${cursorSql} FOR UPDATE`, cursor);
    if (!row) return 'gap';
    if (revision <= Number(row.last_seq)) return 'duplicate';
    return row.state === 'open' ? 'gap' : 'parked';
  }

  /** @returns whether it was the turn of all of them; if not, roll back and ask for each */
  async takeTurns(sql: Sql, topic: string, runs: Run[], counting: Counting): Promise<boolean> {
    const [row] = await sql.query<{ moved: string }>(moveManySql(counting), [
      ...[this.consumer, topic, runs.map(({ subject }) => subject)],
      ...[runs.map(({ first }) => first), runs.map(({ last }) => last)],
    ]);
    return Number(row?.moved) === runs.length;
  }

  /** Puts a record aside and stops its subject. @returns false when it was applied, skipped or put aside before */
  async park(sql: Sql, record: StoredRecord, why: Why): Promise<boolean> {
    const cursor = [this.consumer, record.topic, record.key];
    const sequence = why.revision ?? claimedRevision(record);
    const id = record.headers['ce_id'] ?? `${record.partition}:${record.offset}`;
    if (await this.isBehindUs(sql, cursor, sequence, id)) return false;
    // What is missing before a first event was never seen: the cursor stands before all of it.
    const before = why.reason === 'gap' ? 0 : Math.max(0, (sequence ?? 1) - 1);
    await sql.query(
      `INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq, state) VALUES ($1, $2, $3, $4, 'parked')
       ON CONFLICT (consumer, topic, subject) DO UPDATE SET state = 'parked' WHERE i.state = 'open'`,
      [...cursor, before],
    );
    const added = await sql.query(
      `INSERT INTO event_parked (consumer, topic, subject, event_id, sequence, headers, payload, reason, error,
         partition, log_offset)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (consumer, topic, subject, event_id) DO NOTHING RETURNING id`,
      [
        ...[...cursor, id, sequence ?? null, JSON.stringify(record.headers), record.value],
        ...[why.reason, why.error ?? null, record.partition, record.offset],
      ],
    );
    if (added.length > 0 && why.reason === 'behind') await this.healGap(sql, cursor, sequence);
    return added.length > 0;
  }

  /** Another member has applied it meanwhile, or an operator has left it out: it came again, and is settled. */
  private async isBehindUs(sql: Sql, cursor: unknown[], sequence: number | undefined, id: string): Promise<boolean> {
    const [row] = await sql.query<{ last_seq: string }>(`${cursorSql} FOR UPDATE`, cursor);
    if (row && sequence !== undefined) return sequence <= Number(row.last_seq);
    const skipped = `SELECT 1 FROM event_skipped WHERE consumer = $1 AND topic = $2 AND subject = $3 AND event_id = $4`;
    return (await sql.query(skipped, [...cursor, id])).length > 0;
  }

  /** A state stands for all events up to its sequence. @returns false when those were applied already */
  async startFrom(sql: Sql, at: Place, sequence: number): Promise<boolean> {
    const moved = await sql.query(
      `INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq) VALUES ($1, $2, $3, $4)
       ON CONFLICT (consumer, topic, subject) DO UPDATE SET last_seq = excluded.last_seq,
         state = CASE i.state WHEN 'open' THEN 'open' ELSE 'retry' END
       WHERE i.last_seq < excluded.last_seq RETURNING 1`,
      [this.consumer, at.topic, at.subject, sequence],
    );
    return moved.length > 0;
  }

  /** Moves on to an event that makes all before it void. */
  async jumpTo(sql: Sql, at: Place, revision: number): Promise<void> {
    await sql.query(
      `INSERT INTO event_inbox AS i (consumer, topic, subject, last_seq) VALUES ($1, $2, $3, $4)
       ON CONFLICT (consumer, topic, subject) DO UPDATE SET last_seq = excluded.last_seq, state = 'open'`,
      [this.consumer, at.topic, at.subject, revision],
    );
  }

  /** Whether the subject was erased: nothing about it may be put aside any more. */
  async isErased(sql: Sql, subject: string | null): Promise<boolean> {
    return (await sql.query('SELECT 1 FROM event_erased WHERE subject = $1', [subject])).length > 0;
  }

  /** A state that was applied makes up for older ones that were put aside. */
  async forgetOlder(sql: Sql, at: Place, revision: number): Promise<void> {
    await sql.query(
      `DELETE FROM event_parked WHERE consumer = $1 AND topic = $2 AND subject = $3
       AND coalesce(sequence, 0) <= $4`,
      [this.consumer, at.topic, at.subject, revision],
    );
  }

  /** The event that was missing has come after all: what waited for it can be applied. */
  private async healGap(sql: Sql, cursor: unknown[], sequence: number | undefined): Promise<void> {
    if (sequence === undefined) return;
    await sql.query(
      `UPDATE event_inbox SET state = 'retry'
       WHERE consumer = $1 AND topic = $2 AND subject = $3 AND state = 'parked' AND last_seq = $4::bigint - 1`,
      [...cursor, sequence],
    );
  }
}
