import { currentCause } from './cause.js';
import { encodeData } from './check-data.js';
import type { EventDatabase } from './event-database.js';
import type { OutgoingEvent } from './outgoing-event.js';
import { reach } from './points.js';
import { uuid7 } from './uuid7.js';

/**
 * Rows of event_sequence are locked in one order by everybody, so two appends cannot wait for each other. The ids of
 * the outbox are taken after that lock: for one subject they grow in the order of the commits.
 *
 * JSON and names have no control characters, so they come joined by one: as elements of an array the driver would escape
 * each quote, which for an import took longer than to insert them.
 */
const appendSql = `
  WITH counted AS (
    INSERT INTO event_sequence AS s (topic, subject, last)
    SELECT topic, subject, added FROM unnest($1::text[], $2::text[], $3::int[]) AS k (topic, subject, added)
    ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET last = s.last + excluded.last
    RETURNING topic, subject, last
  )
  INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload, traceparent)
  SELECT e.topic, e.subject, counter.last - e.behind, own.last - e.behind, e.id, e.type, $10::jsonb, e.payload, $11
  FROM unnest(string_to_array($4, E'\\x1f'), $5::text[], string_to_array($6, E'\\x1f'), $7::int[],
    string_to_array($8, E'\\x1f')::uuid[], string_to_array($9, E'\\x1f'), string_to_array($12, E'\\x1f', E'\\x1e'))
    WITH ORDINALITY AS e (topic, subject, counted_in, behind, id, type, payload, place)
  JOIN counted own ON own.topic = e.topic AND own.subject = e.subject
  JOIN counted counter ON counter.topic = e.counted_in AND counter.subject = e.subject
  ORDER BY e.place`;

const [between, none] = ['\x1f', '\x1e'];

/** The same for one event that only its own topic counts, which is nearly every one: half the work for Postgres. */
const appendOneSql = `
  WITH counted AS (
    INSERT INTO event_sequence AS s (topic, subject, last) VALUES ($1, $2, 1)
    ON CONFLICT (topic, subject) DO UPDATE SET last = s.last + 1
    RETURNING last
  )
  INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload, traceparent)
  SELECT $1, $2, last, last, $3, $4, $5::jsonb, $6, $7 FROM counted`;

type Row = {
  topic: string;
  subject: string;
  /** The topic whose counter gives the sequence: for a state, the topic it is the state of. */
  countedIn: string;
  /** How many events of the same subject come after it in this append. */
  behind: number;
  type: string;
  payload: string | null;
};
type Counter = { topic: string; subject: string; added: number };

/** Where a service puts its events, in the transaction of the change they tell about. */
export class Outbox {
  constructor(
    private readonly database: EventDatabase,
    private readonly service: string,
    private readonly wakeRelay: () => void = () => {},
  ) {}

  /** One function for all appends of a transaction, so that the relay is woken once. */
  private readonly committed = (): void => {
    reach('outbox.committed');
    this.wakeRelay();
  };

  /**
   * Stores the events for publishing, in one statement. Sequences are contiguous for each topic and subject. Of several
   * states of one subject in the same call only the last is kept.
   * @throws BadEventError when data does not fit the contract; Error outside of a transaction
   */
  async append(...events: OutgoingEvent[]): Promise<void> {
    if (!this.database.isInTransaction) throw new Error('Events are told inside the transaction of the change.');
    if (events.length === 0) return;
    for (const { topic } of events) {
      if (topic.owner !== this.service) throw new Error(`${this.service} may not publish to ${topic.name}`);
    }
    const { rows, counters } = plan(events);
    const [row] = rows;
    if (row && rows.length === 1 && counters.length === 1) await this.insertOne(row);
    else await this.insertMany(rows, counters);
    reach('outbox.appended');
    this.database.afterCommit(this.committed);
  }

  private async insertOne({ topic, subject, type, payload }: Row): Promise<void> {
    const { headers, traceparent } = origin();
    await this.database.sql.query(appendOneSql, [topic, subject, uuid7(), type, headers, payload, traceparent]);
  }

  private async insertMany(rows: Row[], counters: Counter[]): Promise<void> {
    const { headers, traceparent } = origin();
    const pick = <K extends keyof Row>(field: K) => rows.map((row) => row[field]);
    await this.database.sql.query(appendSql, [
      counters.map(({ topic }) => topic),
      counters.map(({ subject }) => subject),
      counters.map(({ added }) => added),
      pick('topic').join(between),
      pick('subject'),
      pick('countedIn').join(between),
      pick('behind'),
      rows.map(() => uuid7()).join(between),
      pick('type').join(between),
      headers,
      traceparent,
      rows.map(({ payload }) => payload ?? none).join(between),
    ]);
  }
}

/** What all events of one append have in common. */
function origin(): { headers: string; traceparent: string | null } {
  const { causationId, traceparent } = currentCause();
  return { headers: JSON.stringify(causationId === undefined ? {} : { ce_causationid: causationId }), traceparent };
}

function plan(events: OutgoingEvent[]): { rows: Row[]; counters: Counter[] } {
  const counters = new Map<string, Counter>();
  const count = (topic: string, subject: string, added: number) => {
    const key = `${topic}\n${subject}`; // names of topics have no line breaks
    const counter = counters.get(key) ?? { topic, subject, added: 0 };
    counters.set(key, counter);
    const before = counter.added;
    counter.added += added;
    return before;
  };
  const rows: Row[] = [];
  // From the end, so that the number of later ones is known, and of states the last one comes first.
  for (const outgoing of [...events].reverse()) {
    const { topic, subject, type } = outgoing;
    const isState = topic.policy.cleanup === 'compact';
    const countedIn = (isState && topic.stateOf) || topic.name;
    const payload = encodeData(outgoing);
    const behind = count(topic.name, subject, 1);
    if (isState && behind > 0) {
      count(topic.name, subject, -1);
      continue;
    }
    if (countedIn !== topic.name) count(countedIn, subject, 0);
    rows.push({
      topic: topic.name,
      subject,
      countedIn,
      behind,
      type,
      payload,
    });
  }
  return { rows: rows.reverse(), counters: [...counters.values()] };
}
