import { allTopics, type AnyTopic } from '@homerealm/contracts';
import { tailEvents, type TailedEvent } from '@homerealm/events/operations';
import { type Context, defineCommand, oneOf, wholeNumber } from '../command.js';
import { topicNamed } from '../connections.js';
import { existingTopics, needTopics } from '../existing-topics.js';
import { exitCodes, PlainFailure } from '../failures.js';
import { jsonOf, printable } from '../output.js';

export const eventsTail = defineCommand({
  name: 'events tail',
  says: 'Shows events as they come.',
  more: 'Topics that not everybody may read carry personal data or secrets: their data is left out without --data.',
  options: {
    topic: { type: 'string', takes: 'TOPIC', multiple: true, says: 'Only this topic; by default all.' },
    type: { type: 'string', takes: 'TYPE', multiple: true, says: 'Only events of this type.' },
    subject: { type: 'string', takes: 'ID', multiple: true, says: 'Only events about this subject.' },
    from: { type: 'string', takes: 'beginning|now', says: 'Where to begin; by default now.' },
    count: { type: 'string', takes: 'N', says: 'End after so many events; by default with Ctrl-C.' },
    data: { type: 'boolean', says: 'Show the data of every topic.' },
  },
  async run(values, context) {
    const from = oneOf('from', ['beginning', 'now'], values.from ?? 'now');
    const most = values.count === undefined ? Infinity : wholeNumber('count', values.count);
    const topics = values.topic.map(topicNamed);
    const isWanted = ({ record: { headers, key } }: TailedEvent) =>
      isAmong(values.type, headers['ce_type']) && isAmong(values.subject, key ?? undefined);
    const shown = await follow(topics, context, { from, most, isWanted, showsAll: values.data });
    if (shown < most && most !== Infinity) throw new PlainFailure(`Stopped after ${shown} events.`);
    return exitCodes.fine;
  },
});

type Following = {
  from: 'beginning' | 'now';
  most: number;
  isWanted: (tailed: TailedEvent) => boolean;
  showsAll: boolean;
};

const isAmong = (wanted: readonly string[], value: string | undefined): boolean =>
  wanted.length === 0 || (value !== undefined && wanted.includes(value));

/** @returns how many events were shown when it ended */
async function follow(chosen: AnyTopic[], context: Context, how: Following): Promise<number> {
  const { output, connections, json, signal } = context;
  const log = connections.log();
  await needTopics(log, chosen);
  const topics = chosen.length > 0 ? chosen : await existingTopics(log, allTopics);
  if (topics.length === 0) throw new PlainFailure('The event log has none of our topics yet.');
  const personal = new Set(allTopics.filter(({ readers }) => readers !== 'any').map(({ name }) => name));
  let shown = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  if (signal.aborted || how.most === 0) return shown;
  signal.addEventListener('abort', finish, { once: true });
  const onEvent = async (tailed: TailedEvent) => {
    if (shown >= how.most || signal.aborted || !how.isWanted(tailed)) return;
    shown++;
    const withData = how.showsAll || !personal.has(tailed.record.topic);
    await output.data(json ? jsonOf(documentOf(tailed, withData)) : lineOf(tailed, withData));
    if (shown >= how.most) finish();
  };
  const subscription = await tailEvents(log, { topics, from: how.from, onEvent });
  output.say(`Following ${topics.length === 1 ? topics[0]?.name : `${topics.length} topics`} from ${how.from}.`);
  await finished;
  await subscription.close();
  return shown;
}

function documentOf({ event, record }: TailedEvent, withData: boolean) {
  const { topic, partition, offset, key, headers } = record;
  const place = { topic, partition, offset, key };
  const known = event ? { type: event.type, id: event.id, time: event.time, sequence: event.sequence } : { headers };
  const data = event ? event.data : record.value;
  return { ...place, readable: event !== null, ...known, ...(withData ? { data } : { dataLeftOut: true }) };
}

function lineOf({ event, record }: TailedEvent, withData: boolean): string {
  const { topic, partition, offset, key, headers } = record;
  const what = event ? `${event.type} ${event.sequence}` : `${headers['ce_type'] ?? 'no event'} (not readable)`;
  const data = withData ? (event ? JSON.stringify(event.data) : (record.value ?? 'null')) : '(data left out: --data)';
  const time = event?.time ?? headers['ce_time'] ?? '-';
  return printable(`${time}  ${topic}/${partition}:${offset}  ${key ?? 'no key'}  ${what}  ${data}`);
}
