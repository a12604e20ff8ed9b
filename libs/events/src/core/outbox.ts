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

/**
 * The same for subjects of which nobody was told anything yet. Their numbers begin at one, so nothing needs to be looked
 * up or joined. Whoever was faster makes the insert fail by the key, and with it everything.
 */
const appendFirstSql = `
  WITH counted AS (
    INSERT INTO event_sequence (topic, subject, last)
    SELECT topic, subject, added FROM unnest($1::text[], $2::text[], $3::int[]) AS k (topic, subject, added)
    ORDER BY topic, subject
  )
  INSERT INTO outbox (topic, subject, sequence, revision, event_id, type, headers, payload, traceparent)
  SELECT e.topic, e.subject, e.sequence, e.revision, e.id, e.type, $10::jsonb, e.payload, $11
  FROM unnest(string_to_array($4, E'\\x1f'), $5::text[], $6::int[], $7::int[],
    string_to_array($8, E'\\x1f')::uuid[], string_to_array($9, E'\\x1f'), string_to_array($12, E'\\x1f', E'\\x1e'))
    WITH ORDINALITY AS e (topic, subject, sequence, revision, id, type, payload, place)
  ORDER BY e.place`;

type Counter = { topic: string; subject: string; added: number };
type Row = {
  topic: string;
  subject: string;
  /** The counter of its own topic, which gives the revision. */
  counter: Counter;
  /** The counter that gives the sequence: for a state, that of the topic it is the state of. */
  countedIn: Counter;
  /** How many events of the same subject come after it in this append. */
  behind: number;
  type: string;
  payload: string | null;
};
type Plan = { rows: Row[]; counters: Counter[] };

/** Events that are checked and encoded, and stored nowhere yet. */
export type ReadyEvents = Readonly<Plan>;

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
  append(...events: OutgoingEvent[]): Promise<void> {
    return this.store(this.ready(...events), ({ rows, counters }) => {
      const [row] = rows;
      return row && rows.length === 1 && counters.length === 1
        ? this.insertOne(row)
        : this.insertMany(appendSql, rows, counters, [
            rows.map(({ countedIn }) => countedIn.topic).join(between),
            rows.map(({ behind }) => behind),
          ]);
    });
  }

  /**
   * What can be done of an append before its transaction.
   * @throws BadEventError when data does not fit the contract; Error when a topic is another service's
   */
  ready(...events: OutgoingEvent[]): ReadyEvents {
    for (const { topic } of events) {
      if (topic.owner !== this.service) throw new Error(`${this.service} may not publish to ${topic.name}`);
    }
    return plan(events);
  }

  /**
   * As `append`, for subjects that are new and for many of them: it costs less than half. All that is told of a subject in
   * this transaction has to be in one call.
   * @throws a unique violation when something was told of a subject before; Error outside of a transaction
   */
  appendFirst(events: ReadyEvents): Promise<void> {
    return this.store(events, ({ rows, counters }) =>
      this.insertMany(appendFirstSql, rows, counters, [
        rows.map(({ countedIn, behind }) => countedIn.added - behind),
        rows.map(({ counter, behind }) => counter.added - behind),
      ]),
    );
  }

  private async store(events: ReadyEvents, insert: (events: ReadyEvents) => Promise<void>): Promise<void> {
    if (!this.database.isInTransaction) throw new Error('Events are told inside the transaction of the change.');
    if (events.rows.length === 0) return;
    await insert(events);
    reach('outbox.appended');
    this.database.afterCommit(this.committed);
  }

  private async insertOne({ topic, subject, type, payload }: Row): Promise<void> {
    const { headers, traceparent } = origin();
    await this.database.sql.query(appendOneSql, [topic, subject, uuid7(), type, headers, payload, traceparent]);
  }

  /** `places` are the two parameters in which the statements differ: what gives each row its sequence and revision. */
  private async insertMany(
    sql: string,
    rows: Row[],
    counters: Counter[],
    places: [$6: string | number[], $7: number[]],
  ): Promise<void> {
    const { headers, traceparent } = origin();
    await this.database.sql.query(sql, [
      counters.map(({ topic }) => topic),
      counters.map(({ subject }) => subject),
      counters.map(({ added }) => added),
      rows.map(({ topic }) => topic).join(between),
      rows.map(({ subject }) => subject),
      ...places,
      rows.map(() => uuid7()).join(between),
      rows.map(({ type }) => type).join(between),
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

function plan(events: OutgoingEvent[]): Plan {
  const counters = new Counters();
  const rows: Row[] = [];
  // From the end, so that the number of later ones is known, and of states the last one comes first.
  for (const outgoing of [...events].reverse()) {
    const { topic, subject, type } = outgoing;
    const isState = topic.policy.cleanup === 'compact';
    const payload = encodeData(outgoing);
    const counter = counters.of(topic.name, subject);
    const behind = counter.added;
    if (isState && behind > 0) continue;
    counter.added += 1;
    const countedIn = isState && topic.stateOf ? counters.of(topic.stateOf, subject) : counter;
    rows.push({ topic: topic.name, subject, counter, countedIn, behind, type, payload });
  }
  return { rows: rows.reverse(), counters: counters.all };
}

class Counters {
  readonly all: Counter[] = [];
  private readonly byTopic = new Map<string, Map<string, Counter>>();

  of(topic: string, subject: string): Counter {
    let ofTopic = this.byTopic.get(topic);
    if (!ofTopic) this.byTopic.set(topic, (ofTopic = new Map()));
    let counter = ofTopic.get(subject);
    if (!counter) {
      counter = { topic, subject, added: 0 };
      ofTopic.set(subject, counter);
      this.all.push(counter);
    }
    return counter;
  }
}
