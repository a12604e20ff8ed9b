import { createHash } from 'node:crypto';
import type { AnyTopic } from '@homerealm/contracts';
import { claimedRevision, wholeNumber } from './envelope.js';
import type { EventLog, StoredRecord } from './event-log.port.js';
import { readBetween } from './read-between.js';

/** The number of the last record of each subject: on event topics its sequence, on state topics its revision. */
export type Numbers = ReadonlyMap<string, number>;

/**
 * The digest of a set of subjects: equal where two parties know the same subjects up to the same number. For every
 * subject a line `<subject> TAB <number> LF` in UTF-8, the lines in the order of the subject's bytes; of all that
 * SHA-256, as 64 lower-case hexadecimal digits. docs/cli.md has a worked example.
 */
export function digestOf(numbers: Numbers): string {
  const lines = [...numbers].map(([subject, number]) => ({
    key: Buffer.from(subject),
    text: `${subject}\t${number}\n`,
  }));
  lines.sort((one, other) => Buffer.compare(one.key, other.key));
  const hash = createHash('sha256');
  for (const { text } of lines) hash.update(text);
  return hash.digest('hex');
}

/** What a topic holds of one subject. */
export type LastRecord = {
  sequence: number;
  /** What a consumer's cursor counts. */
  revision: number;
  /** The last record is the tombstone of a state, or an event that erases its subject. */
  erased: boolean;
};

/** The last record of each subject of a topic, up to now. Records without a key or a number are passed over. */
export async function readLastRecords(
  log: EventLog,
  topic: AnyTopic,
  onRecord: (record: StoredRecord) => void = () => {},
): Promise<Map<string, LastRecord>> {
  const ranges = new Map(
    [...(await log.bounds(topic.name))].map(([partition, { end }]) => [partition, { until: end }]),
  );
  const found = new Map<string, LastRecord>();
  await readBetween(log, topic, ranges, (record) => {
    const last = lastRecordOf(record, topic);
    if (!last || record.key === null || last.revision <= (found.get(record.key)?.revision ?? 0)) return;
    found.set(record.key, last);
    onRecord(record);
  });
  return found;
}

function lastRecordOf(record: StoredRecord, topic: AnyTopic): LastRecord | undefined {
  const { headers, value } = record;
  const sequence = wholeNumber(headers['ce_sequence']);
  const revision = claimedRevision(record);
  if (sequence === undefined || revision === undefined) return undefined;
  const isTombstone = value === null && topic.policy.cleanup === 'compact';
  return { sequence, revision, erased: isTombstone || topic.events[headers['ce_type'] ?? '']?.erases === true };
}

/** What the log says of a subject. `erased`: nothing of it may be left, so it counts in no digest. */
export type Known = { number: number; erased: boolean };

/**
 * How far each subject of a topic is. The events of an event topic expire; what its states tell of the same subjects
 * does not, so they are asked too.
 * @param states the state topics of an event topic (`stateOf`), as `readLastRecords` found them
 */
export function knownSubjects(
  topic: AnyTopic,
  own: ReadonlyMap<string, LastRecord>,
  states: readonly ReadonlyMap<string, LastRecord>[] = [],
): Map<string, Known> {
  if (topic.policy.cleanup === 'compact') {
    return new Map([...own].map(([subject, { revision, erased }]) => [subject, { number: revision, erased }]));
  }
  const subjects = new Set([own, ...states].flatMap((records) => [...records.keys()]));
  return new Map(
    [...subjects].map((subject) => {
      const told = states.map((records) => records.get(subject)).filter((record) => record !== undefined);
      const sequences = [own.get(subject), ...told].map((record) => record?.sequence ?? 0);
      const isGone = told.length > 0 && told.every((record) => record.erased);
      const erased = isGone || own.get(subject)?.erased === true;
      return [subject, { number: Math.max(...sequences), erased }];
    }),
  );
}

/** A cursor of a consumer: `event_inbox`. */
export type Cursor = { number: number; state: string };

export type Difference = {
  subject: string;
  /** `missing`: no cursor. `behind`: not all is applied. `ahead`: it knows of events that the log does not hold. */
  is: 'missing' | 'behind' | 'ahead';
  log: number;
  consumer: number | null;
  /** Of the cursor: parked and retried subjects are behind for a reason. */
  state: string | null;
};

/** Where a consumer differs from the log. Subjects that the log does not hold any more are no difference. */
export function differences(log: ReadonlyMap<string, Known>, cursors: ReadonlyMap<string, Cursor>): Difference[] {
  return [...log].flatMap(([subject, { number, erased }]) => {
    const cursor = cursors.get(subject);
    if (cursor?.number === number || (!cursor && erased)) return [];
    const is = !cursor ? 'missing' : cursor.number < number ? 'behind' : 'ahead';
    return [{ subject, is, log: number, consumer: cursor?.number ?? null, state: cursor?.state ?? null }];
  });
}
