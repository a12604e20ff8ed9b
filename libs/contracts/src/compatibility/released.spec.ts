import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyTopic } from '../define-topic.js';
import { EventHeaders } from '../event-headers.js';
import type { JsonSchema } from '../json-schema.js';
import { allTopics } from '../topics/index.js';
import { breaks, contractsOf, type TopicContract } from './compare-contracts.js';
import { jsonIn, readSamples, validatorOf } from './fixtures/read-contract.js';

const home = fileURLToPath(new URL('../..', import.meta.url));
const versions = readdirSync(`${home}/released`).sort();

/** The contract as it was released. */
function release(version: string): TopicContract[] {
  const folder = `${home}/released/${version}`;
  const topics = JSON.parse(readFileSync(`${folder}/topics.json`, 'utf8')) as (TopicContract & { events: string[] })[];
  return topics.map(({ events, ...topic }) => ({
    ...topic,
    events: Object.fromEntries(
      events.map((type) => [type, jsonIn(`${folder}/schemas/${topic.name}/${type}.json`) as JsonSchema]),
    ),
  }));
}

const topicNamed = (name: string): AnyTopic | undefined => allTopics.find((topic) => topic.name === name);

describe('the released versions', () => {
  it('are kept, the first one included', () => {
    expect(versions).toContain('0.1.0');
    for (const version of versions) expect(release(version).length).toBeGreaterThan(0);
  });
});

describe.each(versions)('what was released as %s', (version) => {
  const before = release(version);
  const samples = readSamples(`${home}/released/${version}/samples`);

  it('can be read today, and reads what is written today', () => {
    expect(breaks(before, contractsOf(allTopics))).toEqual([]);
  });

  it.each(samples)('left samples that consumers read today: $topic $name', ({ topic, record }) => {
    expect(EventHeaders.safeParse(record.headers).error).toBeUndefined();
    const declared = topicNamed(topic)?.events[record.headers['ce_type'] ?? ''];
    expect(declared).toBeDefined();
    if (record.value !== null) expect(declared?.data.safeParse(record.value).error).toBeUndefined();
  });

  it.each(readSamples(`${home}/samples`))('has schemas that fit the samples of today: $topic $name', (sample) => {
    const { topic, record } = sample;
    const schema = before.find(({ name }) => name === topic)?.events[record.headers['ce_type'] ?? ''];
    // A type that the release did not know is skipped by its consumers.
    if (schema && record.value !== null) expect(validatorOf(schema)(record.value)).toEqual([]);
  });
});
