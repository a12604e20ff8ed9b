import { CompressionTypes, type Kafka, Partitioners, type Producer, type TopicMessages } from 'kafkajs';
import type { LogRecord, Publisher } from '../core/event-log.port.js';
import { retry } from './client.js';

/** A broker takes at most 1 MiB for one partition at once; a send stays below that even if all goes to one. */
const maxBytes = 950_000;

export class KafkaPublisher implements Publisher {
  private constructor(private readonly producer: Producer) {}

  static async open(kafka: Kafka): Promise<KafkaPublisher> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry,
    });
    await producer.connect();
    return new KafkaPublisher(producer);
  }

  /** One send at a time: with several, the client's sequence numbers can go wrong, and records vanish silently. */
  async publish(records: LogRecord[]): Promise<void> {
    for (const part of splitBySize(records)) {
      await this.producer.sendBatch({
        acks: -1,
        timeout: 10_000,
        compression: CompressionTypes.None,
        topicMessages: byTopic(part),
      });
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}

function byTopic(records: LogRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic) ?? { topic, messages: [] };
    topics.set(topic, messages);
    messages.messages.push({ key, value, headers });
  }
  return [...topics.values()];
}

function splitBySize(records: LogRecord[]): LogRecord[][] {
  const parts: LogRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.value ?? '') + 1000;
    const last = parts.at(-1);
    if (last && size <= room) {
      last.push(record);
      room -= size;
      continue;
    }
    parts.push([record]);
    room = maxBytes - size;
  }
  return parts;
}
