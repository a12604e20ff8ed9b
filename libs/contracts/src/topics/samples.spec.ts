import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonIn, readSamples, type Sample, validatorOf } from '../compatibility/fixtures/read-contract.js';
import { uncoveredBranches } from '../compatibility/fixtures/uncovered-branches.js';
import { EventHeaders } from '../event-headers.js';
import { jsonSchemaOf, type JsonSchema, toJsonSchema } from '../json-schema.js';
import { allTopics } from './index.js';

const home = fileURLToPath(new URL('../..', import.meta.url));
const samples = readSamples(`${home}/samples`);
const events = allTopics.flatMap((topic) =>
  Object.keys(topic.events).map((type) => ({ topic, type, name: topic.name })),
);
const schemaFile = (topic: string, type: string) => `${home}/schemas/${topic}/${type}.json`;
const typeOf = ({ record }: Sample) => record.headers['ce_type'] ?? '';
const dataOf = (topic: string, type: string) => allTopics.find(({ name }) => name === topic)?.events[type]?.data;

describe('the JSON Schemas', () => {
  it.each(events)('of $name $type are committed as they are declared', ({ topic, type }) => {
    expect(jsonIn(schemaFile(topic.name, type))).toEqual(jsonSchemaOf(topic, type));
  });

  it.each(events)('of $name $type say what is read and what is written, but for fields unknown', ({ topic, type }) => {
    const data = topic.events[type]?.data;
    expect(data && opened(toJsonSchema(data, 'output'))).toEqual(data && opened(toJsonSchema(data, 'input')));
  });
});

describe.each(samples)('the sample $topic $name', (sample) => {
  const { topic, name, record } = sample;
  const type = typeOf(sample);

  it('has the headers of every record, and its subject as key', () => {
    expect(EventHeaders.strict().safeParse(record.headers).error).toBeUndefined();
    expect(record.key).toBe(record.headers['ce_subject']);
    expect(record.headers['ce_dataschema']).toBe(jsonSchemaOf({ ...named(topic) }, type)['$id']);
    expect(name.split('.')[0]).toBe(type);
  });

  it('fits its schema and the check at runtime, and loses nothing there', () => {
    if (record.value === null) return expect(named(topic).policy.cleanup).toBe('compact');
    expect(validatorOf(JSON.parse(readFileSync(schemaFile(topic, type), 'utf8')) as JsonSchema)(record.value)).toEqual(
      [],
    );
    expect(dataOf(topic, type)?.parse(record.value)).toEqual(record.value);
  });
});

describe('the samples', () => {
  it.each(events)('of $name $type show every branch, null and optional field', ({ topic, type }) => {
    const own = samples.filter((sample) => sample.topic === topic.name && typeOf(sample) === type);
    const values = own.map(({ record }) => record.value).filter((value) => value !== null);
    expect(uncoveredBranches(jsonSchemaOf(topic, type), values)).toEqual([]);
    if (topic.policy.cleanup === 'compact') expect(own.map(({ record }) => record.value)).toContain(null);
  });
});

function named(name: string) {
  const topic = allTopics.find((one) => one.name === name);
  if (!topic) throw new Error(`no topic ${name}`);
  return topic;
}

/** The schema without the word that unknown fields are refused. */
function opened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(opened);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([word, value]) => word !== 'additionalProperties' || value !== false);
  return Object.fromEntries(kept.map(([word, value]) => [word, opened(value)]));
}
