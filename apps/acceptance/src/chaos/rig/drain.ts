import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '@homerealm/testing';
import type { Follows } from '../checks/applied.js';
import { query } from './query.js';

export type Drain = {
  brokers: string[];
  /** Databases with an outbox, by name. */
  outboxes: Record<string, string>;
  follows: readonly Follows[];
  /** Further things that must be 0, by name. */
  also?: Record<string, () => Promise<number>>;
  timeout: number;
};

/**
 * Waits until nothing is on its way: every outbox is empty, and every group stands at the end of its topics.
 * @returns how long it took, in milliseconds, and what is left when the time is over; nothing when all is done
 */
export async function drain(options: Drain): Promise<{ took: number; left: Record<string, number> }> {
  const started = Date.now();
  let left: Record<string, number> = { 'not looked yet': 1 };
  const kafka = new Kafka({ clientId: 'chaos', brokers: options.brokers, logLevel: logLevel.NOTHING });
  const isDone = async () => {
    left = await whatIsLeft(options, kafka);
    return Object.keys(left).length === 0;
  };
  // Twice, because what is applied may be told again.
  const isStill = async () => (await isDone()) && (await isDone());
  await eventually(isStill, { timeout: options.timeout, every: 250 }).catch(() => {});
  return { took: Date.now() - started, left };
}

async function whatIsLeft({ outboxes, follows, also = {} }: Drain, kafka: Kafka): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const [name, url] of Object.entries(outboxes)) {
    const [row] = await query<{ count: string }>(url, 'SELECT count(*) FROM outbox');
    left[`outbox of ${name}`] = Number(row?.count);
  }
  for (const [name, count] of Object.entries(also)) left[name] = await count();
  Object.assign(left, await lags(kafka, follows));
  return Object.fromEntries(Object.entries(left).filter(([, count]) => count !== 0));
}

async function lags(kafka: Kafka, follows: readonly Follows[]): Promise<Record<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const found: Record<string, number> = {};
    for (const { consumer: groupId, topic } of follows.filter((one) => there.has(one.topic))) {
      const [position] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const done = new Map(position?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      const ends = await admin.fetchTopicOffsets(topic);
      const lag = ends.map(({ partition, high, low }) => {
        const offset = done.get(partition) ?? -1;
        return Number(high) - (offset < 0 ? Number(low) : offset);
      });
      found[`lag of ${groupId} on ${topic}`] = lag.reduce((sum, one) => sum + one, 0);
    }
    return found;
  } finally {
    await admin.disconnect();
  }
}
