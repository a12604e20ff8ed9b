import { type ParkedSubject, ParkedEvents } from '@homerealm/events/operations';
import { defineCommand } from '../command.js';
import { exitCodes } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';

export const parkedList = defineCommand({
  name: 'parked list',
  says: 'Subjects whose events are put aside, those with the same cause together.',
  options: {
    consumer: { type: 'string', takes: 'NAME', says: 'Only of this consumer.' },
    topic: { type: 'string', takes: 'TOPIC', says: 'Only of this topic.' },
  },
  async run(values, { output, connections, json }) {
    const parked = new ParkedEvents(connections.database());
    const all = await parked.list(values.consumer ?? connections.service);
    const causes = byCause(all.filter(({ topic }) => values.topic === undefined || topic === values.topic));
    if (json) await output.data(jsonOf(causes));
    else if (causes.length > 0) await output.data(causes.map(blockOf).join('\n\n'));
    if (causes.length === 0) output.say('No subject is parked.');
    return exitCodes.fine;
  },
});

type Cause = { cause: string; subjects: ParkedSubject[] };

function byCause(subjects: readonly ParkedSubject[]): Cause[] {
  const causes = new Map<string, ParkedSubject[]>();
  for (const subject of subjects) {
    const cause = [subject.reason, subject.error].filter(Boolean).join(': ');
    causes.set(cause, [...(causes.get(cause) ?? []), subject]);
  }
  return [...causes].map(([cause, members]) => ({ cause, subjects: members }));
}

const blockOf = ({ cause, subjects }: Cause): string =>
  [
    tableOf([`${cause}  (${subjects.length === 1 ? 'one subject' : `${subjects.length} subjects`})`], []),
    tableOf(
      ['CONSUMER', 'TOPIC', 'SUBJECT', 'STATE', 'WAITING', 'FIRST', 'TRIES', 'SINCE'],
      subjects.map(({ consumer, topic, subject, state, waiting, firstSequence, tries, since }) => [
        ...[consumer, topic, subject, state, waiting, firstSequence, tries, since],
      ]),
    ),
  ].join('\n');
