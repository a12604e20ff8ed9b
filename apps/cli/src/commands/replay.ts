import { allTopics } from '@homerealm/contracts';
import { planReplay, replay, type ReplayFrom, type TopicPlan, topicStates } from '@homerealm/events/operations';
import { type Context, defineCommand, required } from '../command.js';
import { topicNamed } from '../connections.js';
import { existingTopics } from '../existing-topics.js';
import { exitCodes, PlainFailure, UsageError } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';
import { chooseTopics, type Choice } from '../replay-choice.js';
import { readFrom } from '../replay-from.js';

export const replayCommand = defineCommand({
  name: 'replay',
  says: 'Has a consumer that is stopped apply the past again.',
  more: [
    'From the beginning, its cursors, its parked events and the tables it registered for the topics start empty. From a',
    'time or an offset they stay, and the events from there on are applied on top once more: for handlers that take the',
    'whole state from each event. Until it has caught up, the consumer vouches for nothing of these topics. What its',
    'handlers tell in events of their own, they tell again.',
  ].join('\n'),
  options: {
    consumer: { type: 'string', takes: 'NAME', says: 'Whose past.' },
    topic: { type: 'string', takes: 'TOPIC', multiple: true, says: 'Only of this topic; by default all it reads.' },
    from: {
      type: 'string',
      takes: 'WHERE',
      says: 'beginning, a time such as 2026-01-15T09:30:00Z, or offsets: 0:120,1:95.',
    },
    'accept-loss': { type: 'boolean', says: 'Also from a beginning that the log does not hold any more.' },
    yes: { type: 'boolean', says: 'Do not ask.' },
  },
  async run(values, context) {
    const consumer = required('consumer', values.consumer ?? context.connections.service);
    const from = readFrom(required('from', values.from));
    if (typeof from === 'object' && 'offsets' in from && values.topic.length !== 1) {
      throw new UsageError('Offsets are those of one topic: say --topic TOPIC once.');
    }
    for (const topic of values.topic) topicNamed(topic);
    const database = context.connections.database();
    const choice = chooseTopics(consumer, values.topic, await topicStates(database, consumer), from);
    const log = context.connections.log();
    const plans = await plan(consumer, choice, from);
    if (!values['accept-loss']) refuseLoss(plans, choice);
    await show(context, plans, choice);
    if (!values.yes && !(await context.confirm(`Have ${consumer} apply this again?`))) {
      throw new PlainFailure('Not done: say --yes, or answer y at a terminal. Nothing was changed.');
    }
    await replay(database, log, { consumer, plans });
    context.output.say(`Done: ${consumer} goes on from there when it is started.`);
    return exitCodes.fine;

    async function plan(consumer: string, chosen: readonly Choice[], where: ReplayFrom): Promise<TopicPlan[]> {
      const topics = chosen.map(({ topic }) => topicNamed(topic));
      try {
        return await planReplay(log, { consumer, topics, from: where, all: await existingTopics(log, allTopics) });
      } catch (error) {
        if (error instanceof RangeError) throw new UsageError(`--from: ${error.message}.`);
        throw error;
      }
    }
  },
});

/** What was told before the oldest event that the log holds would be missing from the tables, for good. */
function refuseLoss(plans: readonly TopicPlan[], choice: readonly Choice[]): void {
  const losing = plans.filter(({ whole, expired, topic, starts }) => {
    const state = choice.find((each) => each.topic === topic.name);
    const isHeldByState = starts.length > 0 && state?.parked === 0;
    return whole && expired.length > 0 && !isHeldByState && state && state.tables.length + state.parked > 0;
  });
  if (losing.length === 0) return;
  const names = losing.map(({ topic }) => topic.name).join(', ');
  throw new PlainFailure(
    `The log does not hold the beginning of ${names} any more: what these events told, and parked ones among them, ` +
      'would be lost. With --accept-loss it is done all the same. Nothing was changed.',
  );
}

async function show({ output, json }: Context, plans: readonly TopicPlan[], choice: readonly Choice[]): Promise<void> {
  const topics = plans.map(({ topic, partitions, whole }) => {
    const { cursors = 0, parked = 0, tables = [] } = choice.find((each) => each.topic === topic.name) ?? {};
    const events = [...partitions.values()].reduce((sum, { to, until }) => sum + (until - to), 0n);
    const from = Object.fromEntries([...partitions].map(([at, { to }]) => [at, to]));
    return { topic: topic.name, events, from, empties: whole ? { cursors, parked, tables } : null };
  });
  if (json) return output.data(jsonOf(topics));
  const rows = topics.map(({ topic, events, empties }) => [
    ...[
      topic,
      events,
      empties?.cursors ?? 'kept',
      empties?.parked ?? 'kept',
      empties ? empties.tables.join(', ') : 'kept',
    ],
  ]);
  await output.data(tableOf(['TOPIC', 'EVENTS', 'CURSORS GONE', 'PARKED GONE', 'TABLES EMPTIED'], rows));
}
