import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { type ShownEvent } from './event-feed.js';
import { shownTopics, toShown } from './topics.js';

/**
 * Reads the events there are and those that come, as any outside consumer would: plain kafkajs, a group of its own, headers and
 * JSON. Waits for the topics to be there.
 */
export async function tailKafka(brokers: string[], onEvent: (event: ShownEvent) => void): Promise<() => Promise<void>> {
  const kafka = new Kafka({ clientId: 'demo-app', brokers, logLevel: logLevel.NOTHING, retry: { retries: 50 } });
  const names = shownTopics.map(({ name }) => name);
  await waitForTopics(kafka, names);
  const consumer = kafka.consumer({ groupId: `demo-app-${randomUUID()}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: names, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, message }) => {
      const shown = toShown({
        topic,
        key: message.key?.toString() ?? null,
        value: message.value?.toString() ?? null,
        headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, text]) => [name, String(text)])),
      });
      if (shown) onEvent(shown);
    },
  });
  return () => consumer.disconnect();
}

async function waitForTopics(kafka: Kafka, names: string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (let tries = 0; tries < 120; tries++) {
      const there = new Set(await admin.listTopics());
      if (names.every((name) => there.has(name))) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('The topics are not there after a minute.');
  } finally {
    await admin.disconnect();
  }
}
