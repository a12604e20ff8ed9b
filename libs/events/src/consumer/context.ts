import type { Sql } from '../core/event-database.js';
import type { StoredRecord } from '../core/event-log.port.js';

/** How an event came in. */
export type EventContext = Pick<StoredRecord, 'topic' | 'partition' | 'offset' | 'headers'> & {
  /** Grows with every record of a state topic; elsewhere the same as the sequence of the event. */
  revision: number;
};

/** For a consumer whose inbox is in its own Postgres. */
export type SqlContext = EventContext & {
  /** The transaction in which the event counts as applied. What a handler stores here is stored once. */
  sql: Sql;
};

/** Where a consumer stands with a subject: the number of the last event that it is through with. */
export type Cursor = { topic: string; subject: string; sequence: number };

/** For a consumer that keeps its cursors with its data. */
export type CursorContext = EventContext & {
  /** Store this in the same write as the effect; it is what `cursors.last` answers from then on. */
  cursor: Cursor;
};
