import { ParkedEvents } from '@homerealm/events/operations';
import { defineCommand, wholeNumber } from '../command.js';
import { consumerOf } from '../connections.js';
import { exitCodes, PlainFailure, UsageError } from '../failures.js';
import { jsonOf } from '../output.js';
import { parkedOptions, placeOf } from '../parked-place.js';
import { waitForRetry } from '../wait-for-retry.js';

export const parkedSkip = defineCommand({
  name: 'parked skip',
  says: 'Leaves out the event that a subject waits for, for good; those behind it are run again.',
  more: 'The decision is kept in the table event_skipped: who, when, why; without the data of the event.',
  options: {
    ...parkedOptions,
    reason: { type: 'string', takes: 'TEXT', says: 'Why it may be left out. Needed; no personal data, it is kept.' },
    by: { type: 'string', takes: 'WHO', says: 'Who decides it; by default the user of this machine.' },
    wait: { type: 'string', takes: 'SECONDS', says: 'How long to wait for those behind it; by default 60.' },
  },
  async run(values, { output, connections, json, user, signal }) {
    const reason = values.reason?.trim();
    if (!reason) throw new UsageError('A skip needs a reason: --reason "why it may be left out".');
    const by = values.by?.trim() || user;
    const seconds = wholeNumber('wait', values.wait ?? '60');
    const database = connections.database();
    const place = placeOf(await consumerOf(connections, database, values.consumer), values);
    const skipped = await new ParkedEvents(database).skip(place, { reason, by });
    if (!skipped) throw new PlainFailure('Nothing of this subject is parked.');
    output.say(`${by} left out ${wordsOf(skipped)}; it stands in event_skipped.`);
    const outcomes = await waitForRetry(database, place, [place.subject], { seconds, signal });
    const now = outcomes.get(place.subject) ?? 'open';
    await output.data(json ? jsonOf({ ...place, skipped, by, now }) : words[now]);
    return now === 'open' ? exitCodes.fine : exitCodes.failed;
  },
});

const words = {
  open: 'The subject is open again.',
  parked: 'An event behind it is parked now.',
  waiting: 'What is behind it still waits: does the service run?',
} as const;

type Skipped = { eventId: string | null; firstSequence: number | null; lastSequence: number | null };

function wordsOf({ eventId, firstSequence, lastSequence }: Skipped): string {
  if (eventId !== null) return `event ${eventId}`;
  return firstSequence === lastSequence
    ? `the missing number ${firstSequence}`
    : `the missing ${firstSequence}–${lastSequence}`;
}
