import { type ParkedEvent, ParkedEvents } from '@homerealm/events/operations';
import { defineCommand } from '../command.js';
import { consumerOf } from '../connections.js';
import { exitCodes, PlainFailure } from '../failures.js';
import { jsonOf, printable, tableOf } from '../output.js';
import { parkedOptions, placeOf } from '../parked-place.js';

export const parkedShow = defineCommand({
  name: 'parked show',
  says: 'The events of a subject that are put aside, in the order in which they will be run again.',
  options: { ...parkedOptions, data: { type: 'boolean', says: 'With the data of the events.' } },
  async run(values, { output, connections, json }) {
    const database = connections.database();
    const place = placeOf(await consumerOf(connections, database, values.consumer), values);
    const events = await new ParkedEvents(database).show(place, { payload: values.data });
    if (events.length === 0) throw new PlainFailure('Nothing of this subject is put aside.');
    await output.data(json ? jsonOf({ ...place, events }) : textOf(events));
    return exitCodes.fine;
  },
});

function textOf(events: readonly ParkedEvent[]): string {
  const table = tableOf(
    ['SEQUENCE', 'TYPE', 'EVENT', 'REASON', 'TRIES', 'PARKED', 'ERROR'],
    events.map(({ sequence, headers, eventId, reason, tries, parkedAt, error }) => [
      ...[sequence, headers['ce_type'], eventId, reason, tries, parkedAt, error],
    ]),
  );
  const data = events
    .filter(({ payload }) => payload !== undefined)
    .map(({ eventId, payload }) => printable(`${eventId}  ${payload ?? 'null'}`));
  return data.length > 0 ? [table, '', ...data].join('\n') : table;
}
