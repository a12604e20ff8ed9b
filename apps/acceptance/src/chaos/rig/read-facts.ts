import { randomUUID } from 'node:crypto';
import { type IHeaders, Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import type { Fact } from '../checks/facts.js';

/**
 * Reads everything these topics hold, by plain kafkajs and nothing of ours. In order within each partition; topics that
 * are not there hold nothing.
 */
export async function readFacts(brokers: string[], topics: readonly string[]): Promise<Fact[]> {
  const kafka = new Kafka({ clientId: 'chaos-reader', brokers, logLevel: logLevel.NOTHING, retry: { retries: 10 } });
  const waiting = await endsOf(kafka, topics);
  const facts: Fact[] = [];
  if (waiting.size === 0) return facts;
  const consumer = kafka.consumer({ groupId: `chaos-reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...new Set([...waiting.keys()].map(topicOf))], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => !payload.restart && reject(payload.error));
      consumer
        .run({
          eachBatch: async ({ batch: { topic, partition, messages } }) => {
            for (const message of messages) facts.push(toFact(topic, partition, message));
            const last = messages.at(-1);
            const end = waiting.get(`${topic}/${partition}`);
            if (last && end !== undefined && BigInt(last.offset) + 1n >= end) waiting.delete(`${topic}/${partition}`);
            if (waiting.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return facts;
}

const topicOf = (stream: string): string => stream.slice(0, stream.lastIndexOf('/'));

/** The offset after the last record of every partition that holds any. */
async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Map<string, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const ends = new Map<string, bigint>();
    for (const topic of topics.filter((name) => there.has(name))) {
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
        if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, BigInt(high));
      }
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

function toFact(topic: string, partition: number, { key, value, headers = {} }: KafkaMessage): Fact {
  const sequence = Number(textOf(headers, 'ce_sequence'));
  const revision = textOf(headers, 'ce_revision');
  return {
    ...{ topic, partition, key: key?.toString() ?? '', sequence },
    id: textOf(headers, 'ce_id') ?? '',
    type: textOf(headers, 'ce_type') ?? '',
    revision: revision === undefined ? sequence : Number(revision),
    causationId: textOf(headers, 'ce_causationid'),
    value: value?.toString() ?? null,
  };
}

const textOf = (headers: IHeaders, name: string): string | undefined => headers[name]?.toString();
