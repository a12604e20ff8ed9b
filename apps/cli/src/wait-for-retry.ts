import { setTimeout as pause } from 'node:timers/promises';
import type { EventDatabase } from '@homerealm/events/operations';

/** What became of a subject that was to be retried. `waiting`: nobody has come to it yet. */
export type Outcome = 'open' | 'parked' | 'waiting';

type Place = { consumer: string; topic: string };

const states: Record<string, Outcome> = { open: 'open', parked: 'parked', retry: 'waiting' };

/**
 * Looks at the cursors until the consumer has come to all of the subjects, or the time is over.
 * @param seconds how long at most
 */
export async function waitForRetry(
  database: EventDatabase,
  { consumer, topic }: Place,
  subjects: readonly string[],
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<Map<string, Outcome>> {
  const sql = `SELECT subject, state FROM event_inbox WHERE consumer = $1 AND topic = $2 AND subject = ANY ($3)`;
  for (const deadline = Date.now() + seconds * 1000; ;) {
    const rows = await database.sql.query<{ subject: string; state: string }>(sql, [consumer, topic, subjects]);
    const outcomes = new Map(rows.map(({ subject, state }) => [subject, states[state] ?? 'waiting']));
    const isOver = Date.now() > deadline || signal.aborted;
    if (isOver || ![...outcomes.values()].includes('waiting')) return outcomes;
    await pause(200, undefined, { signal }).catch(() => {});
  }
}
