import { Kafka, logLevel } from 'kafkajs';
import { eventually } from './eventually.js';

/** Waits until the broker answers, and is itself among those that serve. */
export async function waitForBroker(address: string, node = 1): Promise<void> {
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  });
  await eventually(
    async () => {
      const admin = kafka.admin();
      try {
        await admin.connect();
        const { brokers } = await admin.describeCluster();
        return brokers.some(({ nodeId }) => nodeId === node);
      } finally {
        await admin.disconnect();
      }
    },
    { timeout: 60_000, every: 100, says: `a Kafka broker at ${address}` },
  );
}
