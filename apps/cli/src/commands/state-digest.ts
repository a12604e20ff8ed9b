import { allTopics } from '@homerealm/contracts';
import { defineCommand, required, wholeNumber } from '../command.js';
import { topicNamed } from '../connections.js';
import { comparedText, compareWithConsumer } from '../digest/compare.js';
import { type DigestRow, rowsOf } from '../digest/rows.js';
import { readTopic } from '../digest/read-topic.js';
import { needTopics } from '../existing-topics.js';
import { exitCodes } from '../failures.js';
import { jsonOf, tableOf } from '../output.js';

export const stateDigest = defineCommand({
  name: 'state digest',
  says: 'A digest for each organization that a consumer can compare with its own, to know that it is in sync.',
  more: 'docs/cli.md tells how it is made. With --consumer it is compared with that consumer’s cursors, and the end is 1 when they differ.',
  options: {
    topic: { type: 'string', takes: 'TOPIC', says: 'Of which topic.' },
    consumer: { type: 'string', takes: 'NAME', says: 'Compare with the cursors of this consumer, in its database.' },
    subjects: { type: 'boolean', says: 'Also each subject and its number; with --json only.' },
    wait: { type: 'string', takes: 'SECONDS', says: 'How long a consumer may take to catch up; by default 5.' },
  },
  async run(values, { output, connections, json, signal }) {
    const topic = topicNamed(required('topic', values.topic));
    const seconds = wholeNumber('wait', values.wait ?? '5');
    const log = connections.log();
    const others = allTopics.filter(({ stateOf }) => stateOf === topic.name);
    await needTopics(log, [topic]);
    if (values.consumer === undefined) {
      const rows = rowsOf(await readTopic(log, topic, others));
      await output.data(
        json ? jsonOf({ topic: topic.name, digests: documentsOf(rows, values.subjects) }) : textOf(rows),
      );
      return exitCodes.fine;
    }
    const { consumer } = values;
    const database = connections.database();
    const found = await compareWithConsumer({ database, consumer, topic: topic.name, seconds, signal }, () =>
      readTopic(log, topic, others),
    );
    await output.data(json ? jsonOf({ topic: topic.name, consumer, ...found }) : comparedText(found));
    output.say(found.inSync ? `${consumer} is in sync.` : `${consumer} differs in ${found.differing} of its subjects.`);
    return found.inSync ? exitCodes.fine : exitCodes.failed;
  },
});

const textOf = (rows: readonly DigestRow[]): string =>
  tableOf(
    ['ORGANIZATION', 'SUBJECTS', 'DIGEST'],
    rows.map(({ organization, numbers, digest }) => [organization, numbers.size, digest]),
  );

const documentsOf = (rows: readonly DigestRow[], withSubjects: boolean) =>
  rows.map(({ organization, numbers, digest }) => ({
    ...{ organization, subjects: numbers.size, digest },
    ...(withSubjects && { numbers: Object.fromEntries(numbers) }),
  }));
