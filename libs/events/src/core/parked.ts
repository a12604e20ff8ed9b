import type { EventDatabase, Sql } from './event-database.js';
import type { ParkReason } from './inbox.js';

/** A subject whose events wait, with the one it waits for. */
export type ParkedSubject = {
  consumer: string;
  topic: string;
  subject: string;
  /** `retry`: the consumer has been asked to run them again. */
  state: 'parked' | 'retry';
  waiting: number;
  reason: ParkReason;
  error: string | null;
  tries: number;
  firstEventId: string;
  firstSequence: number | null;
  /** The last event of the subject that was applied. */
  lastApplied: number;
  since: Date;
};

export type ParkedEvent = {
  eventId: string;
  sequence: number | null;
  headers: Record<string, string>;
  /** Only when asked for: it may hold personal data. */
  payload?: string | null;
  reason: ParkReason;
  error: string | null;
  tries: number;
  parkedAt: Date;
};

export type Stopped = { consumer: string; topic: string; subject: string };

/** What a skip left out: an event, or numbers that never came. */
export type Skipped = { eventId: string | null; firstSequence: number | null; lastSequence: number | null };

/** In order of their numbers; what has none stays where it came. */
const inOrder = 'ORDER BY sequence NULLS FIRST, id';

const listSql = `
  SELECT i.consumer, i.topic, i.subject, i.state, p.waiting, f.reason, f.error, f.tries,
    f.event_id AS "firstEventId", f.sequence AS "firstSequence", i.last_seq AS "lastApplied", p.since
  FROM event_inbox i
  JOIN LATERAL (SELECT count(*)::int AS waiting, min(parked_at) AS since FROM event_parked e
    WHERE e.consumer = i.consumer AND e.topic = i.topic AND e.subject = i.subject) p ON true
  JOIN LATERAL (SELECT * FROM event_parked e
    WHERE e.consumer = i.consumer AND e.topic = i.topic AND e.subject = i.subject ${inOrder} LIMIT 1) f ON true
  WHERE i.state <> 'open' AND ($1::text IS NULL OR i.consumer = $1)
  ORDER BY f.error, i.topic, i.subject`;

const showSql = (columns: string) => `
  SELECT event_id AS "eventId", sequence, headers, reason, error, tries, parked_at AS "parkedAt"${columns}
  FROM event_parked WHERE consumer = $1 AND topic = $2 AND subject = $3 ${inOrder}`;

/** Events that were put aside: for operators. Payloads may be personal data and are shown only when asked for. */
export class ParkedEvents {
  constructor(private readonly database: EventDatabase) {}

  /** @param consumer left out: of every consumer that keeps its inbox in this database */
  async list(consumer?: string): Promise<ParkedSubject[]> {
    type Row = Omit<ParkedSubject, 'firstSequence' | 'lastApplied'> & Record<'firstSequence' | 'lastApplied', string>;
    const rows = await this.database.sql.query<Row>(listSql, [consumer ?? null]);
    return rows.map((row) => ({
      ...row,
      firstSequence: numberOrNull(row.firstSequence),
      lastApplied: Number(row.lastApplied),
    }));
  }

  /** The events of a subject in the order in which they will be run again. */
  async show(at: Stopped, { payload = false } = {}): Promise<ParkedEvent[]> {
    const sql = showSql(payload ? ', payload' : '');
    type Row = Omit<ParkedEvent, 'sequence'> & { sequence: string | null };
    const rows = await this.database.sql.query<Row>(sql, [at.consumer, at.topic, at.subject]);
    return rows.map((row) => ({ ...row, sequence: numberOrNull(row.sequence) }));
  }

  /**
   * Asks the running consumer to run parked events again, each subject's in order.
   * @returns how many subjects will be tried
   */
  async retry(at: Omit<Stopped, 'subject'> & { subject?: string }): Promise<number> {
    const rows = await this.database.sql.query(
      `UPDATE event_inbox SET state = 'retry' WHERE consumer = $1 AND topic = $2
       AND ($3::text IS NULL OR subject = $3) AND state <> 'open' RETURNING subject`,
      [at.consumer, at.topic, at.subject ?? null],
    );
    return rows.length;
  }

  /**
   * Leaves out what a subject waits for: its first parked event, or the numbers missing before it. What waits behind is
   * run again. The decision is kept, with its reason, without the event's data.
   * @returns null when the subject is not parked
   * @throws Error without a reason
   */
  skip(at: Stopped, why: { reason: string; by: string }): Promise<Skipped | null> {
    if (!/\S/.test(why.reason) || !/\S/.test(why.by)) throw new Error('A skip needs a reason, and who decided it.');
    return this.database.transaction(async () => {
      const { sql } = this.database;
      const cursor = [at.consumer, at.topic, at.subject];
      const [inbox] = await sql.query<{ last_seq: string; state: string }>(
        'SELECT last_seq, state FROM event_inbox WHERE consumer = $1 AND topic = $2 AND subject = $3 FOR UPDATE',
        cursor,
      );
      const [first] = await this.show(at);
      if (!inbox || inbox.state === 'open' || !first) return null;
      const skipped = leaveOut(first, Number(inbox.last_seq));
      await sql.query(
        `INSERT INTO event_skipped (consumer, topic, subject, event_id, first_sequence, last_sequence, was, reason,
           skipped_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          ...[...cursor, skipped.eventId, skipped.firstSequence, skipped.lastSequence],
          ...[first.error ?? first.reason, why.reason, why.by],
        ],
      );
      await forget(sql, cursor, skipped.eventId);
      // What has no number took none: the next event must not pass for a duplicate.
      await goOn(sql, cursor, skipped.lastSequence ?? Number(inbox.last_seq));
      return skipped;
    });
  }

  /**
   * Forgets every parked event about a subject that was erased, and moves its cursors behind them. What still comes and
   * cannot be applied is not kept either.
   * @returns how many events are gone
   */
  async eraseSubject(subject: string): Promise<number> {
    const { sql } = this.database;
    const gone = await sql.query<{ erased: string }>(
      `WITH erased AS (INSERT INTO event_erased (subject) VALUES ($1) ON CONFLICT DO NOTHING),
       gone AS (DELETE FROM event_parked WHERE subject = $1 RETURNING consumer, topic, subject, sequence),
       last AS (SELECT consumer, topic, subject, max(sequence) AS seq FROM gone GROUP BY consumer, topic, subject),
       opened AS (
         UPDATE event_inbox i SET state = 'open', last_seq = greatest(i.last_seq, coalesce(last.seq, 0))
         FROM last WHERE i.consumer = last.consumer AND i.topic = last.topic AND i.subject = last.subject RETURNING 1)
       SELECT count(*) AS erased FROM gone`,
      [subject],
    );
    return Number(gone[0]?.erased ?? 0);
  }
}

/** When the first parked event is not the next number, it is the ones in between that are left out. */
function leaveOut(first: ParkedEvent, lastApplied: number): Skipped {
  if (first.sequence !== null && first.sequence > lastApplied + 1 && first.reason !== 'failed') {
    return { eventId: null, firstSequence: lastApplied + 1, lastSequence: first.sequence - 1 };
  }
  return { eventId: first.eventId, firstSequence: first.sequence, lastSequence: first.sequence };
}

async function forget(sql: Sql, cursor: unknown[], eventId: string | null): Promise<void> {
  if (eventId === null) return;
  await sql.query('DELETE FROM event_parked WHERE consumer = $1 AND topic = $2 AND subject = $3 AND event_id = $4', [
    ...cursor,
    eventId,
  ]);
}

async function goOn(sql: Sql, cursor: unknown[], lastSeq: number): Promise<void> {
  await sql.query(
    `UPDATE event_inbox i SET last_seq = greatest(last_seq, $4), state = CASE WHEN EXISTS (
       SELECT 1 FROM event_parked p WHERE p.consumer = i.consumer AND p.topic = i.topic AND p.subject = i.subject)
       THEN 'retry' ELSE 'open' END
     WHERE consumer = $1 AND topic = $2 AND subject = $3`,
    [...cursor, lastSeq],
  );
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));
