import { allTopics } from '@homerealm/contracts';
import { defineCommand, wholeNumber } from '../command.js';
import { topicNamed } from '../connections.js';
import { existingTopics, needTopics } from '../existing-topics.js';
import { exitCodes } from '../failures.js';
import { type Lag, measureLag } from '../lag.js';
import { jsonOf, tableOf } from '../output.js';

export const eventsLag = defineCommand({
  name: 'events lag',
  says: 'How far consumers are behind, for each topic and partition, and since when.',
  more: 'Looks at the log only: it works when the consumer does not.',
  options: {
    consumer: { type: 'string', takes: 'NAME', multiple: true, says: 'Only this one; by default the services.' },
    topic: { type: 'string', takes: 'TOPIC', multiple: true, says: 'Only this topic; by default all.' },
    max: { type: 'string', takes: 'N', says: 'End with 2 when a consumer is more events behind, all in all.' },
    all: { type: 'boolean', says: 'Also partitions without lag.' },
    quick: { type: 'boolean', says: 'Leave out since when, which takes reading an event of each partition.' },
  },
  async run(values, { output, connections, json }) {
    const most = values.max === undefined ? undefined : wholeNumber('max', values.max);
    const log = connections.log();
    const topics = values.topic.map(topicNamed);
    await needTopics(log, topics);
    const consumers = values.consumer.length > 0 ? values.consumer : services;
    const lags: Lag[] = [];
    for (const topic of topics.length > 0 ? topics : await existingTopics(log, allTopics)) {
      lags.push(...(await measureLag(log, topic, consumers, !values.quick)));
    }
    const totals = totalsOf(consumers, lags);
    if (json) await output.data(jsonOf({ consumers: totals, partitions: lags }));
    else await output.data(tableOf(columns, rowsOf(lags.filter(({ lag }) => values.all || lag > 0n))));
    for (const { consumer, reads, lag } of totals) {
      output.say(`${consumer}: ${reads ? `${lag} events behind` : 'has not read any of these topics'}`);
    }
    return most !== undefined && totals.some(({ lag }) => lag > BigInt(most)) ? exitCodes.lagging : exitCodes.fine;
  },
});

/** Consumer groups of the services are called like them. */
const services = [...new Set(allTopics.map(({ owner }) => owner))].sort();

const columns = ['CONSUMER', 'TOPIC', 'PARTITION', 'POSITION', 'END', 'LAG', 'SINCE'];
const rowsOf = (lags: readonly Lag[]) =>
  lags.map(({ consumer, topic, partition, position, end, lag, since }) => [
    ...[consumer, topic, partition, position, end, lag, since],
  ]);

type Total = { consumer: string; reads: boolean; lag: bigint };

const totalsOf = (consumers: readonly string[], lags: readonly Lag[]): Total[] =>
  consumers.map((consumer) => {
    const own = lags.filter((lag) => lag.consumer === consumer);
    return { consumer, reads: own.length > 0, lag: own.reduce((sum, { lag }) => sum + lag, 0n) };
  });
