import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { atMost } from '../core/backoff.js';
import type { StoredRecord, SubscribeOptions, Subscription } from '../core/event-log.port.js';
import { retry } from './client.js';

/** How many partitions of one member work at a time. */
const lanes = 4;
const sessionTimeout = 10_000;
const closeDeadline = 15_000;
/** A member that neither fetched nor beat for so long hangs. */
const silence = 60_000;

export class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly consumer: Consumer;
  private readonly working = new Set<Promise<void>>();
  lastSign = Date.now();
  private watch: NodeJS.Timeout | undefined;
  private isDead = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SubscribeOptions,
  ) {
    this.consumer = kafka.consumer({
      groupId: options.group,
      sessionTimeout,
      rebalanceTimeout: 20_000,
      heartbeatInterval: 2000,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      // Whatever it was, it is worth another try: our own errors never reach the client.
      retry: { ...retry, restartOnFailure: async () => !this.stopping.signal.aborted },
    });
  }

  async start(): Promise<void> {
    const { topics, from } = this.options;
    const names = topics.map(({ name }) => name);
    this.listen();
    try {
      if (from === 'now') await this.startNow(names);
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: names, fromBeginning: true });
      await this.consumer.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: lanes,
        eachBatch: (payload) => this.track(this.handle(payload)),
      });
    } catch (error) {
      this.isDead = true;
      await this.close();
      throw error;
    }
  }

  /** Stops, waits for what is at hand, then leaves; with a deadline, because the client may wait for ever. */
  async close(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.watch);
    const leave = async () => {
      await Promise.allSettled(this.working);
      await this.consumer.stop();
      await this.consumer.disconnect();
      if (this.options.forget) await this.forget();
    };
    await atMost(
      closeDeadline,
      leave().catch(() => {}),
    );
  }

  private listen(): void {
    const { consumer } = this;
    const { onState } = this.options;
    const sign = () => (this.lastSign = Date.now());
    consumer.on(consumer.events.GROUP_JOIN, () => {
      sign();
      onState?.('up');
    });
    consumer.on(consumer.events.HEARTBEAT, sign);
    consumer.on(consumer.events.FETCH, sign);
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) onState?.('down', payload.error);
      else this.die(payload.error);
    });
    this.watch = setInterval(() => {
      if (Date.now() - this.lastSign > silence) this.die(new Error('no fetch and no heartbeat for a minute'));
    }, 5000);
    this.watch.unref();
  }

  private die(error: unknown): void {
    if (this.isDead || this.stopping.signal.aborted) return;
    this.isDead = true;
    this.options.onState?.('dead', error);
  }

  private async track(work: Promise<void>): Promise<void> {
    this.working.add(work);
    try {
      await work;
    } finally {
      this.working.delete(work);
    }
  }

  private async handle(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale, pause: pausePartition } = payload;
    const lost = new AbortController();
    const look = () => {
      if (!isRunning() || isStale()) lost.abort();
    };
    // A slow handler must not cost us the membership. A beat that fails means that the partition may be another's.
    const beat = setInterval(() => {
      look();
      heartbeat().catch(() => lost.abort());
    }, 1000);
    try {
      await this.options.handle({
        topic: batch.topic,
        partition: batch.partition,
        records: batch.messages.map((message) => toRecord(batch.topic, batch.partition, message)),
        end: BigInt(batch.highWatermark),
        signal: AbortSignal.any([lost.signal, this.stopping.signal]),
        done: ({ offset }) => {
          resolveOffset(String(offset));
          look();
        },
        stopPartition: () => void pausePartition(),
      });
    } finally {
      clearInterval(beat);
    }
  }

  /** A group without offsets is given those of the present. */
  private async startNow(topics: string[]): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      for (const topic of topics) {
        const ends = await admin.fetchTopicOffsets(topic);
        const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.setOffsets({ groupId: this.options.group, topic, partitions });
      }
    } finally {
      await admin.disconnect();
    }
  }

  private async forget(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      await admin.deleteGroups([this.options.group]);
    } finally {
      await admin.disconnect();
    }
  }
}

function toRecord(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) headers[name] = text.toString();
  }
  return {
    ...{ topic, partition, offset: BigInt(message.offset), headers },
    ...{ key: message.key?.toString() ?? null, value: message.value?.toString() ?? null },
  };
}
