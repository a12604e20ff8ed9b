import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';

/** Writes to topics what their owner never would: plain kafkajs, nothing of ours. */
export class Saboteur {
  private constructor(private readonly producer: Producer) {}

  static async open(brokers: string[]): Promise<Saboteur> {
    const kafka = new Kafka({ clientId: 'saboteur', brokers, logLevel: logLevel.NOTHING, retry: { retries: 30 } });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return new Saboteur(producer);
  }

  /** A record about the subject that nobody can read. */
  async poison(topic: string, subject: string, value = 'no event'): Promise<void> {
    await this.producer.send({ topic, messages: [{ key: subject, value, headers: { ce_id: randomUUID() } }] });
  }

  /** Any record, to the partition of its key or to a given one. */
  async write(
    topic: string,
    record: { key: string; value: string | null; headers: Record<string, string>; partition?: number },
  ): Promise<void> {
    await this.producer.send({ topic, messages: [record] });
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}
