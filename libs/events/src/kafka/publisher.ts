import {
  CompressionTypes,
  type ICustomPartitioner,
  Partitioners,
  type Producer,
  type RecordMetadata,
  type TopicMessages,
} from 'kafkajs';
import type { LogRecord, Publisher } from '../core/event-log.port.js';
import { atMost } from '../core/backoff.js';
import type { EventLogSettings } from '../settings.js';
import { openKafka, retry } from './client.js';
import { Sockets } from './sockets.js';

/** A broker takes at most 1 MiB for one partition at once; a send stays below that even if all goes to one. */
const maxBytes = 950_000;
const farewell = 2000;

export class KafkaPublisher implements Publisher {
  private sending = false;

  private constructor(
    private readonly producer: Producer,
    private readonly sockets: Sockets,
    /** Partitions that records of the send at hand belong to, as `topic/partition`. */
    private readonly chosen: Set<string>,
  ) {}

  static async open(settings: EventLogSettings): Promise<KafkaPublisher> {
    // Its own connections: whoever gives up on it must be able to rely on nothing arriving late.
    const sockets = new Sockets();
    const chosen = new Set<string>();
    const producer = openKafka(settings, sockets).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: remembering(chosen),
      retry,
    });
    const publisher = new KafkaPublisher(producer, sockets, chosen);
    try {
      await producer.connect();
      return publisher;
    } catch (error) {
      await publisher.close();
      throw error;
    }
  }

  /** One send at a time: with several, the client's sequence numbers can go wrong, and records vanish silently. */
  async publish(records: LogRecord[]): Promise<void> {
    this.sending = true;
    for (const part of splitBySize(records)) {
      this.chosen.clear();
      const answers = await this.producer.sendBatch({
        acks: -1,
        timeout: 10_000,
        compression: CompressionTypes.None,
        topicMessages: byTopic(part),
      });
      checkAnswers(this.chosen, answers);
    }
    this.sending = false;
  }

  async close(): Promise<void> {
    // After a failure too: the request that got no answer may still lie in a buffer.
    if (this.sending) this.sockets.cut();
    await atMost(
      farewell,
      this.producer.disconnect().catch(() => {}),
    );
    this.sockets.close();
  }
}

const remembering =
  (chosen: Set<string>): ICustomPartitioner =>
  () => {
    const choose = Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      chosen.add(`${args.topic}/${partition}`);
      return partition;
    };
  };

/**
 * Of several nodes one may die while a send is under way. The client then tries again, and where the lead of a partition
 * went to a node that has already answered for others, it leaves that partition out and reports success.
 * @throws Error unless every partition was answered for
 */
export function checkAnswers(
  chosen: ReadonlySet<string>,
  answers: readonly Pick<RecordMetadata, 'topicName' | 'partition'>[],
): void {
  const answered = new Set(answers.map(({ topicName, partition }) => `${topicName}/${partition}`));
  const missing = [...chosen].filter((place) => !answered.has(place));
  if (missing.length > 0) throw new Error(`no broker has acknowledged ${missing.join(', ')}`);
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
