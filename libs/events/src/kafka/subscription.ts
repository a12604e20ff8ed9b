import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { atMost } from '../core/backoff.js';
import type { SubscribeOptions, Subscription } from '../core/event-log.port.js';
import type { EventLogSettings } from '../settings.js';
import { openKafka, patientRetry } from './client.js';
import { seekGroup } from './seek-group.js';
import { Sockets } from './sockets.js';
import { toRecord } from './to-record.js';
import { Watch } from './watch.js';

/** How many partitions of one member work at a time. */
const lanes = 4;
const sessionTimeout = 10_000;
const closeDeadline = 15_000;
export type KafkaSubscriptionOptions = SubscribeOptions & {
  /** A member that hears nothing for so long is given up; milliseconds. */
  silence?: number;
};

export class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly sockets = new Sockets();
  private readonly kafka: Kafka;
  private readonly consumer: Consumer;
  private readonly working = new Set<Promise<void>>();
  private readonly watch: Watch;

  constructor(
    settings: EventLogSettings,
    private readonly options: KafkaSubscriptionOptions,
  ) {
    this.kafka = openKafka(settings, this.sockets, patientRetry);
    this.consumer = this.kafka.consumer({
      groupId: options.group,
      sessionTimeout,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 2000,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      // Whatever it was, it is worth another try: our own errors never reach the client.
      retry: { ...patientRetry, restartOnFailure: async () => !this.stopping.signal.aborted },
    });
    this.watch = new Watch(this.consumer, {
      quiet: sessionTimeout,
      silence: options.silence ?? 60_000,
      isWorking: () => this.working.size > 0,
      onState: (state, error) => options.onState?.(state, error),
    });
  }

  get lastSign(): number {
    return this.watch.lastSign;
  }

  async start(): Promise<void> {
    const { topics, from } = this.options;
    const names = topics.map(({ name }) => name);
    this.watch.start();
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
      await this.close();
      throw error;
    }
  }

  /** Stops, waits for what is at hand, then leaves; with a deadline, because the client may wait for ever. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.watch.stop();
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
    this.sockets.close();
  }

  private async track(work: Promise<void>): Promise<void> {
    this.working.add(work);
    try {
      await work;
    } finally {
      this.working.delete(work);
      this.watch.workEnded();
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
      const present = new Map<string, Map<number, bigint>>();
      for (const topic of topics) {
        const ends = await admin.fetchTopicOffsets(topic);
        present.set(topic, new Map(ends.map(({ partition, high }) => [partition, BigInt(high)])));
      }
      await seekGroup(this.kafka, admin, this.options.group, present);
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
