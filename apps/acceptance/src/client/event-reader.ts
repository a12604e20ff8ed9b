import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

export type OutsideEvent = {
  topic: string;
  partition: number;
  key: string;
  type: string;
  sequence: number;
  headers: Record<string, string>;
  data: Record<string, unknown> | null;
};

/** A consumer of somebody else: plain kafkajs, nothing of ours. Remembers all it read. */
export class EventReader {
  readonly seen: OutsideEvent[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly stopReading: () => Promise<void>) {}

  static async open(brokers: string[], topics: string[]): Promise<EventReader> {
    const kafka = new Kafka({ clientId: 'outside', brokers, logLevel: logLevel.NOTHING, retry: { retries: 30 } });
    const consumer = kafka.consumer({ groupId: `outside-${process.pid}-${Math.random()}`, maxWaitTimeInMs: 200 });
    const reader = new EventReader(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, partition, message }) => reader.take(topic, partition, message),
    });
    return reader;
  }

  /** Waits until an event is there that fits; answers it. */
  async find(fits: (event: OutsideEvent) => boolean, what: string, patienceMs = 30_000): Promise<OutsideEvent> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = this.seen.find(fits);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`never saw ${what}; saw ${this.seen.map(({ type }) => type).join(', ')}`);
      await this.next(left);
    }
  }

  close(): Promise<void> {
    return this.stopReading();
  }

  private take(topic: string, partition: number, { key, value, headers }: KafkaMessage): void {
    const words = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]));
    this.seen.push({
      topic,
      partition,
      key: String(key),
      type: words['ce_type'] ?? '',
      sequence: Number(words['ce_sequence']),
      headers: words,
      data: value === null ? null : (JSON.parse(value.toString()) as Record<string, unknown>),
    });
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private next(atMost: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, atMost);
      this.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
