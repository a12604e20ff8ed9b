import { setTimeout as pause } from 'node:timers/promises';
import {
  type Cursor,
  type Difference,
  differences,
  type EventDatabase,
  type Known,
} from '@homerealm/events/operations';
import { tableOf } from '../output.js';
import type { TopicReading } from './read-topic.js';
import { type DigestRow, groupNumbers, groupsOf, rowsOf } from './rows.js';

export type Compared = {
  inSync: boolean;
  differing: number;
  organizations: { organization: string; subjects: number; digest: string; consumerDigest: string; inSync: boolean }[];
  differences: (Difference & { organizations: readonly string[] })[];
};

export type Whom = { database: EventDatabase; consumer: string; topic: string; seconds: number; signal: AbortSignal };

/**
 * The cursors are read before the log: then the log must hold all that they know of. What they lack may be on its way,
 * so they are looked at again, for some seconds at most.
 */
export async function compareWithConsumer(whom: Whom, read: () => Promise<TopicReading>): Promise<Compared> {
  const before = await readCursors(whom);
  const reading = await read();
  const cursors = await catchUp(whom, reading.known, before);
  const found = differences(reading.known, cursors);
  const log = rowsOf(reading);
  const consumer = groupNumbers(numbersOf(reading.known, cursors), reading.organizations);
  const organizations = compareRows(log, consumer, found, reading);
  return {
    inSync: found.length === 0,
    differing: found.length,
    organizations,
    differences: found.map((each) => ({ ...each, organizations: memberships(each.subject, reading) })),
  };
}

/** The comparison as tables. */
export function comparedText({ organizations, differences: found }: Compared): string {
  const rows = organizations.map(({ organization, subjects, digest, inSync }) => [
    ...[organization, subjects, digest, inSync ? 'same' : 'DIFFERS'],
  ]);
  const table = tableOf(['ORGANIZATION', 'SUBJECTS', 'DIGEST', 'CONSUMER'], rows);
  if (found.length === 0) return table;
  const lines = found.map(({ subject, is, log, consumer, state, organizations: of }) => [
    ...[of.join(' '), subject, is, log, consumer, state],
  ]);
  return [table, '', tableOf(['ORGANIZATION', 'SUBJECT', 'IS', 'LOG', 'CONSUMER', 'STATE'], lines)].join('\n');
}

async function readCursors({ database, consumer, topic }: Whom, subjects?: string[]): Promise<Map<string, Cursor>> {
  const rows = await database.sql.query<{ subject: string; last_seq: string; state: string }>(
    `SELECT subject, last_seq, state FROM event_inbox
     WHERE consumer = $1 AND topic = $2 AND ($3::text[] IS NULL OR subject = ANY ($3))`,
    [consumer, topic, subjects ?? null],
  );
  return new Map(rows.map(({ subject, last_seq, state }) => [subject, { number: Number(last_seq), state }]));
}

/** A cursor that has passed what the log held when we read it stands, for us, where the log stood. */
async function catchUp(
  whom: Whom,
  known: ReadonlyMap<string, Known>,
  before: ReadonlyMap<string, Cursor>,
): Promise<Map<string, Cursor>> {
  const cursors = new Map(before);
  for (const deadline = Date.now() + whom.seconds * 1000; ;) {
    const late = differences(known, cursors).filter(({ is }) => is !== 'ahead');
    if (late.length === 0) return cursors;
    const now = await readCursors(
      whom,
      late.map(({ subject }) => subject),
    );
    for (const [subject, { number, state }] of now) {
      cursors.set(subject, { number: Math.min(number, known.get(subject)?.number ?? number), state });
    }
    if (Date.now() > deadline || whom.signal.aborted) return cursors;
    await pause(200, undefined, { signal: whom.signal }).catch(() => {});
  }
}

/** What the consumer's digest is made of: subjects that the log does not hold, or that are erased, do not count. */
function numbersOf(known: ReadonlyMap<string, Known>, cursors: ReadonlyMap<string, Cursor>): Map<string, number> {
  const counted = [...known].flatMap(([subject, { number, erased }]): [string, number][] => {
    const cursor = cursors.get(subject);
    return !cursor || (erased && cursor.number >= number) ? [] : [[subject, cursor.number]];
  });
  return new Map(counted);
}

function compareRows(log: DigestRow[], consumer: DigestRow[], found: Difference[], reading: TopicReading) {
  const names = [...new Set([...log, ...consumer].map(({ organization }) => organization))];
  return names.map((organization) => {
    const [ours, theirs] = [log, consumer].map((rows) => rows.find((row) => row.organization === organization));
    const isDifferent = found.some(
      ({ subject }) => organization === 'all' || memberships(subject, reading).includes(organization),
    );
    return {
      organization,
      subjects: ours?.numbers.size ?? 0,
      digest: ours?.digest ?? emptyDigest,
      consumerDigest: theirs?.digest ?? emptyDigest,
      inSync: !isDifferent,
    };
  });
}

const emptyDigest = groupNumbers(new Map(), null)[0]?.digest ?? '';

const memberships = (subject: string, { organizations }: TopicReading): readonly string[] =>
  organizations ? groupsOf(subject, organizations) : ['all'];
