import { samplesOf } from './samples.mjs';
import { load } from './write.mjs';

const { EventHeaders, jsonSchemaOf, schemaIdOf, toJsonSchema } = await load('libs/contracts/dist/index.js');
const bindingVersion = '0.5.0';

/** AsyncAPI has schemas of its own kind, without identity; everything zod writes means the same there. */
const bare = (schema) =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema' && keyword !== '$id'));

/**
 * The AsyncAPI 3 document of all topics: channels are topics, operations are what each service sends and receives.
 * @param definitions how each topic is set up on the brokers
 * @param consumers services by the topic they consume
 */
export function asyncApi({ topics, definitions, consumers, version }) {
  return {
    asyncapi: '3.0.0',
    id: 'urn:homerealm:events',
    info: {
      title: 'Homerealm events',
      version,
      description:
        'Every topic with its events. Records are CloudEvents 1.0 in Kafka binary mode. An operation `send` is what the ' +
        'owner of a topic does, an operation `receive` what a service of this repository does; others may read what the ' +
        'topic allows.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topics.map((topic) => [topic.name, channel(topic, definitions)])),
    operations: Object.fromEntries(topics.flatMap((topic) => operations(topic, consumers.get(topic.name) ?? []))),
    components: {
      messages: Object.fromEntries(topics.flatMap((topic) => messages(topic))),
      messageTraits: {
        record: { headers: bare(toJsonSchema(EventHeaders, 'input')), contentType: 'application/json' },
      },
    },
  };
}

const messageKey = (topic, name) => `${topic.name}.${name}`;
const channelRef = (topic) => ({ $ref: `#/channels/${topic.name}` });

function channel(topic, definitions) {
  const { partitions, replication, config } = definitions.find(({ name }) => name === topic.name);
  return {
    address: topic.name,
    title: topic.name,
    description: topic.says,
    messages: Object.fromEntries(
      messages(topic).map(([key, { name, payload }]) => [
        payload.type === 'null' ? `${name}Tombstone` : name,
        { $ref: `#/components/messages/${key}` },
      ]),
    ),
    tags: [{ name: topic.owner }],
    bindings: {
      kafka: {
        topic: topic.name,
        partitions,
        replicas: replication,
        topicConfiguration: Object.fromEntries(
          Object.entries(config).map(([name, value]) => [
            name,
            name === 'cleanup.policy' ? [value] : JSON.parse(value),
          ]),
        ),
        bindingVersion,
      },
    },
    'x-readers': topic.readers,
  };
}

function operations(topic, services) {
  const send = {
    action: 'send',
    channel: channelRef(topic),
    summary: `${topic.owner} tells it.`,
    tags: [{ name: topic.owner }],
  };
  const receive = (service) => ({
    action: 'receive',
    channel: channelRef(topic),
    summary: `${service} consumes it.`,
    tags: [{ name: service }],
    bindings: { kafka: { groupId: { type: 'string', enum: [service] }, bindingVersion } },
  });
  return [
    [`${topic.owner}.send.${topic.name}`, send],
    ...services.map((service) => [`${service}.receive.${topic.name}`, receive(service)]),
  ];
}

function messages(topic) {
  const samples = samplesOf(topic);
  return Object.entries(topic.events).flatMap(([type, { says }]) => {
    const of = (wanted) =>
      samples.filter((sample) => sample.type === type && (sample.record.value === null) === wanted);
    const event = message(topic, type, { summary: says, payload: bare(jsonSchemaOf(topic, type)), samples: of(false) });
    const payload = { type: 'null', description: 'No value at all.' };
    const tombstone = message(topic, type, { summary: 'Erases the subject.', payload, samples: of(true) });
    return [
      [messageKey(topic, type), event],
      ...(of(true).length > 0 ? [[messageKey(topic, `${type}.tombstone`), tombstone]] : []),
    ];
  });
}

function message(topic, type, { summary, payload, samples }) {
  const only = (value) => ({ type: 'string', const: value });
  return {
    name: type,
    title: type,
    summary,
    traits: [{ $ref: '#/components/messageTraits/record' }],
    headers: {
      type: 'object',
      properties: {
        ce_type: only(type),
        ce_source: only(topic.owner),
        ce_dataschema: only(schemaIdOf(topic.name, type)),
      },
    },
    payload,
    examples: samples.map(({ name, record: { headers, value } }) => ({ name, headers, payload: value })),
    bindings: { kafka: { key: { type: 'string', description: `Key: ${topic.key}.` }, bindingVersion } },
  };
}
