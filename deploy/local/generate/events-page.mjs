import { samplesOf } from './samples.mjs';
import { load, table } from './write.mjs';

const { EventHeaders } = await load('libs/contracts/dist/index.js');
const contracts = '../../libs/contracts';
const code = (names) => names.map((name) => `\`${name}\``).join(', ');

const keep = (policy) => (policy.cleanup === 'compact' ? 'the last of each key' : `${policy.retentionDays} days`);

const section = (topic, services) => [
  `## ${topic.name}`,
  '',
  topic.says,
  '',
  `Written by \`${topic.owner}\` only. Key: ${topic.key}. Kept: ${keep(topic.policy)}. ` +
    `May be read by ${topic.readers === 'any' ? 'any service' : code(topic.readers)}; ` +
    `consumed here by ${services.length > 0 ? code(services) : 'none'}.` +
    (topic.stateOf ? ` State of \`${topic.stateOf}\`, whose sequence each record carries.` : ''),
  '',
  ...table(
    ['event', 'says', 'schema', 'samples'],
    Object.entries(topic.events).map(([type, { says }]) => [
      `\`${type}\``,
      says,
      `[schema](${contracts}/schemas/${topic.name}/${type}.json)`,
      samplesOf(topic)
        .filter((sample) => sample.type === type)
        .map(({ name }) => `[${name}](${contracts}/samples/${topic.name}/${name}.json)`)
        .join(', '),
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

const headers = () =>
  Object.entries(EventHeaders.shape).map(([name, check]) => [
    `\`${name}\``,
    check.safeParse(undefined).success ? 'sometimes' : 'always',
    check.description,
  ]);

/** The page for readers: what every record looks like, then each topic. */
export const eventsPage = (topics, consumers) => [
  '# Events',
  '',
  'Every topic and every event; the same as an AsyncAPI 3 document: [asyncapi.yaml](asyncapi.yaml).',
  '',
  '## Every record',
  '',
  'Records are CloudEvents 1.0 in Kafka binary mode: the attributes are headers, the value is the data as JSON, the key is',
  'the subject. A record of a state topic without a value is a tombstone: erase what you hold of its subject.',
  '',
  ...table(['header', 'stands there', 'says'], headers()),
  '',
  'Skip headers, fields and event types that you do not know: within a major version (`.v1`) they may be added, and fields',
  'that may be missing may go. Nothing else changes there: `npm test` compares every schema with every released version,',
  'both ways (`libs/contracts/released`). Samples are whole records, with the value as JSON instead of its text.',
  '',
  ...topics.flatMap((topic) => section(topic, consumers.get(topic.name) ?? [])),
];
