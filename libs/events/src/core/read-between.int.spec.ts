import { createDatabase } from '@homerealm/testing';
import { exampleTopics } from '../fixtures/example-topics.js';
import { PostgresLog } from '../postgres-log/postgres-log.js';
import { readBetween } from './read-between.js';

const { lampTopic } = exampleTopics('between', 2);

describe('reading a part of a topic', () => {
  let log: PostgresLog;

  beforeAll(async () => {
    log = new PostgresLog(await createDatabase('log'));
    await log.ensureTopics([lampTopic]);
    const publisher = await log.openPublisher();
    const keys = Array.from({ length: 40 }, (_, index) => `key${index}`);
    await publisher.publish(keys.map((key) => ({ topic: lampTopic.name, key, value: '{}', headers: {} })));
    await publisher.close();
  });
  afterAll(() => log.close());

  const ends = async () => new Map([...(await log.bounds(lampTopic.name))].map(([at, { end }]) => [at, end]));

  it('gives every record of the ranges once, in order', async () => {
    const [read, all] = [new Map<number, bigint[]>(), await ends()];
    const ranges = new Map([...all].map(([at, end]) => [at, { from: 2n, until: end - 1n }]));
    await readBetween(log, lampTopic, ranges, ({ partition, offset }) => {
      read.set(partition, [...(read.get(partition) ?? []), offset]);
    });
    for (const [at, end] of all) {
      expect(read.get(at)).toEqual(Array.from({ length: Number(end) - 3 }, (_, index) => BigInt(index + 2)));
    }
  });

  it('stops where there is enough, and asks the log nothing for empty ranges', async () => {
    const offsets: bigint[] = [];
    await readBetween(log, lampTopic, new Map([[0, { until: 5n }]]), ({ offset }) => {
      offsets.push(offset);
      return 'enough';
    });
    await readBetween(
      log,
      lampTopic,
      new Map([[0, { from: 3n, until: 3n }]]),
      ({ offset }) => void offsets.push(offset),
    );
    expect(offsets).toEqual([0n]);
  });

  it('ends when records at the end are gone for good', async () => {
    const all = await ends();
    const offsets: bigint[] = [];
    const beyond = new Map([[0, { until: (all.get(0) ?? 0n) + 1n }]]);
    await readBetween(log, lampTopic, beyond, ({ offset }) => void offsets.push(offset));
    expect(BigInt(offsets.length)).toBe(all.get(0));
  });

  it('passes on what the reader throws', async () => {
    const reading = readBetween(log, lampTopic, new Map([[0, { until: 5n }]]), () => {
      throw new RangeError('not this one');
    });
    await expect(reading).rejects.toThrow('not this one');
  });
});
