import { z } from 'zod';
import { clear, load, table, writeJson, writePage } from './write.mjs';

/** Writes what the topics say: a JSON Schema for each event, the broker's topic list, and the page for readers. */
const { allTopics } = await load('libs/contracts/dist/index.js');
const schemas = 'libs/contracts/schemas';
const day = 24 * 60 * 60 * 1000;

clear(schemas);
for (const topic of allTopics) {
  for (const [type, { says, data }] of Object.entries(topic.events)) {
    const schema = z.toJSONSchema(data, { target: 'draft-2020-12', io: 'output', unrepresentable: 'any' });
    const id = `urn:homerealm:schema:${topic.name}:${type}`;
    writeJson(`${schemas}/${topic.name}/${type}.json`, { $id: id, title: type, description: says, ...schema });
  }
}

writeJson(
  'deploy/kafka/topics.json',
  allTopics.map(({ name, owner, partitions, policy, readers }) => ({
    name,
    owner,
    readers,
    partitions,
    config:
      policy.cleanup === 'compact'
        ? {
            'cleanup.policy': 'compact',
            'delete.retention.ms': String(7 * day),
            'max.compaction.lag.ms': String(7 * day),
          }
        : { 'cleanup.policy': 'delete', 'retention.ms': String(policy.retentionDays * day) },
  })),
);

const keep = (policy) => (policy.cleanup === 'compact' ? 'the last of each key' : `${policy.retentionDays} days`);
const section = (topic) => [
  `## ${topic.name}`,
  '',
  topic.says,
  '',
  `Written by \`${topic.owner}\` only. Key: ${topic.key}. Kept: ${keep(topic.policy)}. ` +
    `Readers: ${topic.readers === 'any' ? 'any service' : topic.readers.map((name) => `\`${name}\``).join(', ')}.` +
    (topic.stateOf ? ` State of \`${topic.stateOf}\`, whose sequence each record carries.` : ''),
  '',
  ...table(
    ['event', 'says', 'schema'],
    Object.entries(topic.events).map(([type, { says }]) => [
      `\`${type}\``,
      says,
      `[schema](../../${schemas}/${topic.name}/${type}.json)`,
    ]),
  ),
  '',
  ...Object.entries(topic.events).flatMap(([type, { example }]) => [
    `\`${type}\`, for example:`,
    '',
    '```json',
    JSON.stringify(example, null, 2),
    '```',
    '',
  ]),
];

writePage('docs/generated/events.md', [
  '# Events',
  '',
  'Every topic and every event. Records are CloudEvents 1.0 in Kafka binary mode: the attributes are headers',
  '(`ce_id`, `ce_source`, `ce_type`, `ce_subject`, `ce_time`, `ce_sequence`, `ce_dataschema`, …), the value is the data',
  'as JSON, the key is the subject. `ce_sequence` counts 1, 2, 3, … for each topic and subject without a gap.',
  '',
  ...allTopics.flatMap(section),
]);
