import { allTopics } from '@homerealm/contracts';
import { defineCommand } from '../command.js';
import { exitCodes } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';

export const topicsList = defineCommand({
  name: 'topics list',
  says: 'The topics that are declared: owner, policy, partitions, who may read. Asks nobody.',
  options: {},
  async run(_, { output, json }) {
    const topics = allTopics.map(({ name, owner, partitions, policy, readers, key }) => ({
      ...{ name, owner, partitions, key },
      policy: policy.cleanup,
      retentionDays: policy.cleanup === 'delete' ? policy.retentionDays : null,
      readers,
    }));
    if (json) await output.data(jsonOf(topics));
    else {
      const rows = topics.map(({ name, partitions, policy, retentionDays, readers }) => [
        name,
        partitions,
        retentionDays === null ? policy : `${policy} after ${retentionDays} d`,
        readers === 'any' ? 'any' : readers.join(', '),
      ]);
      await output.data(tableOf(['TOPIC', 'PARTITIONS', 'POLICY', 'READERS'], rows));
    }
    return exitCodes.fine;
  },
});
