import { ParkedEvents } from '@homerealm/events/operations';
import { defineCommand, required, wholeNumber } from '../command.js';
import { consumerOf } from '../connections.js';
import { exitCodes, PlainFailure, UsageError } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';
import { parkedOptions } from '../parked-place.js';
import { waitForRetry } from '../wait-for-retry.js';

export const parkedRetry = defineCommand({
  name: 'parked retry',
  says: 'Asks the running service to run parked events again, in order, and waits for what becomes of them.',
  more: 'Ends with 0 when every subject is open again, with 1 when one is parked anew or nobody came to it in time.',
  options: {
    ...parkedOptions,
    all: { type: 'boolean', says: 'Every parked subject of the topic, instead of --subject.' },
    wait: { type: 'string', takes: 'SECONDS', says: 'How long to wait; by default 60.' },
  },
  async run(values, { output, connections, json, signal }) {
    const seconds = wholeNumber('wait', values.wait ?? '60');
    const topic = required('topic', values.topic);
    if ((values.subject === undefined) !== values.all) throw new UsageError('Say either --subject ID or --all.');
    const database = connections.database();
    const place = { topic, consumer: await consumerOf(connections, database, values.consumer) };
    const parked = new ParkedEvents(database);
    const subjects = (await parked.list(place.consumer))
      .filter((each) => each.topic === topic && (values.all || each.subject === values.subject))
      .map(({ subject }) => subject);
    if (subjects.length === 0) throw new PlainFailure('Nothing of this is parked.');
    for (const subject of subjects) await parked.retry({ ...place, subject });
    output.say(`Asked ${place.consumer} to run ${count(subjects.length)} again.`);
    const outcomes = await waitForRetry(database, place, subjects, { seconds, signal });
    await output.data(
      json
        ? jsonOf({ ...place, subjects: Object.fromEntries(outcomes) })
        : tableOf(
            ['SUBJECT', 'NOW'],
            [...outcomes].map(([subject, outcome]) => [subject, words[outcome]]),
          ),
    );
    const states = [...outcomes.values()];
    if (states.includes('waiting')) output.say(`${place.consumer} has not come to it in ${seconds} s; does it run?`);
    if (states.includes('parked')) output.say('`homerealm parked show` tells why.');
    return states.every((state) => state === 'open') ? exitCodes.fine : exitCodes.failed;
  },
});

const words = { open: 'open again', parked: 'parked anew', waiting: 'still waits to be tried' } as const;

const count = (subjects: number): string => (subjects === 1 ? 'one subject' : `${subjects} subjects`);
