import type { AnyTopic, ReceivedEvent } from '@homerealm/contracts';
import type { LogRecord, StoredRecord } from './event-log.port.js';

/** A row of the outbox, as the pg driver gives it: 64-bit numbers are strings. */
export type OutboxRow = {
  id: string;
  topic: string;
  subject: string;
  sequence: string;
  revision: string;
  event_id: string;
  type: string;
  headers: Record<string, string>;
  payload: string | null;
  traceparent: string | null;
  created_at: Date;
};

/** The URN of the JSON Schema of an event's data; the topic's name holds the version. */
export const dataSchemaOf = (topic: string, type: string): string => `urn:homerealm:schema:${topic}:${type}`;

/** CloudEvents 1.0, Kafka binding, binary mode: attributes are headers, the value is the data. */
export function encodeRow(row: OutboxRow, source: string): LogRecord {
  return {
    topic: row.topic,
    key: row.subject,
    value: row.payload,
    headers: {
      ce_specversion: '1.0',
      ce_id: row.event_id,
      ce_source: source,
      ce_type: row.type,
      ce_subject: row.subject,
      ce_time: row.created_at.toISOString(),
      ce_dataschema: dataSchemaOf(row.topic, row.type),
      ce_sequence: row.sequence,
      ce_partitionkey: row.subject,
      // Beside the sequence, which a state shares with the event before it: grows with every record of a state topic.
      ...(row.revision === row.sequence ? {} : { ce_revision: row.revision }),
      'content-type': 'application/json',
      ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
      ...row.headers,
    },
  };
}

/** The record is not an event of its topic, and never will be. Names fields, never values. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

export type Decoded = {
  /** Data is checked, or null for a tombstone. Null when the topic does not (yet) declare the type. */
  event: ReceivedEvent<string, unknown> | null;
  id: string;
  type: string;
  /** What a consumer's cursor counts: contiguous on event topics, growing on state topics. */
  revision: number;
  traceparent: string | undefined;
};

/**
 * Reads a record as an event of its topic.
 * @throws UndecodableError
 */
export function decodeRecord(record: StoredRecord, topic: AnyTopic): Decoded {
  const { headers } = record;
  if (headers['ce_specversion'] !== '1.0') throw new UndecodableError('not a CloudEvent 1.0');
  const need = (name: string): string => {
    const value = headers[name];
    if (value === undefined || value === '') throw new UndecodableError(`header ${name} is missing`);
    return value;
  };
  const [id, type, sequence] = [need('ce_id'), need('ce_type'), number(need('ce_sequence'))];
  const revision = headers['ce_revision'] === undefined ? sequence : number(headers['ce_revision']);
  const known = { id, type, revision, traceparent: headers['traceparent'] };
  if (!Object.hasOwn(topic.events, type)) return { ...known, event: null };
  const about = { id, type, source: need('ce_source'), subject: need('ce_subject'), time: need('ce_time') };
  if (about.subject !== record.key) throw new UndecodableError('ce_subject is not the key');
  return { ...known, event: { ...about, sequence, data: readData(record.value, topic, type) } };
}

function number(text: string): number {
  const found = wholeNumber(text);
  if (found === undefined) throw new UndecodableError('the sequence is not a whole number');
  return found;
}

/** A number as headers carry it. */
export const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** The number that a record's headers claim for a consumer's cursor, also of a record that cannot be read otherwise. */
export const claimedRevision = ({ headers }: Pick<StoredRecord, 'headers'>): number | undefined =>
  wholeNumber(headers['ce_revision'] ?? headers['ce_sequence']);

function readData(value: string | null, topic: AnyTopic, type: string): unknown {
  if (value === null) {
    if (topic.policy.cleanup === 'compact') return null;
    throw new UndecodableError('an event without data');
  }
  let data: unknown;
  try {
    data = JSON.parse(value);
  } catch {
    throw new UndecodableError('the value is not JSON');
  }
  const outcome = topic.events[type]?.data.safeParse(data);
  if (outcome?.success) return outcome.data;
  const fields = outcome?.error.issues.map((issue) => `${issue.path.join('.') || 'data'} (${issue.code})`) ?? [];
  throw new UndecodableError(`the data does not fit the contract: ${fields.join(', ')}`);
}
