import { allTopics } from '@homerealm/contracts';
import { topicDefinitions } from '@homerealm/events/operations';
import { defineCommand, wholeNumber } from '../command.js';
import { topicNamed } from '../connections.js';
import { exitCodes, UsageError } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';

export const topicsEnsure = defineCommand({
  name: 'topics ensure',
  says: 'Creates the topics that the event log does not have, as declared. Changes none that is there.',
  more: 'For deployments whose services run with KAFKA_CREATE_TOPICS=false. Copies: KAFKA_REPLICATION.',
  options: {
    topic: { type: 'string', takes: 'TOPIC', multiple: true, says: 'Only this one.' },
    replication: { type: 'string', takes: 'N', says: 'Copies of each topic; by default KAFKA_REPLICATION, else 1.' },
  },
  async run(values, { output, connections, json }) {
    const topics = values.topic.length > 0 ? values.topic.map(topicNamed) : allTopics;
    const settings = { ...connections.logSettings, KAFKA_CREATE_TOPICS: true };
    if (values.replication !== undefined) {
      settings.KAFKA_REPLICATION = wholeNumber('replication', values.replication);
      if (settings.KAFKA_REPLICATION < 1) throw new UsageError('--replication takes a number from 1.');
    }
    await connections.log(settings).ensureTopics(topics);
    const definitions = topicDefinitions(settings.KAFKA_REPLICATION ?? 1, topics);
    if (json) await output.data(jsonOf(definitions));
    else {
      const rows = definitions.map(({ name, partitions }) => [name, partitions]);
      await output.data(tableOf(['TOPIC', 'PARTITIONS'], rows));
    }
    output.say('They are all there.');
    return exitCodes.fine;
  },
});
