import type { AnyTopic } from '@homerealm/contracts';
import type { Admin, Kafka } from 'kafkajs';
import {
  type Bounds,
  EventLog,
  GroupBusyError,
  MissingTopicsError,
  type Publisher,
  type SubscribeOptions,
  type Subscription,
} from '../core/event-log.port.js';
import { atMost } from '../core/backoff.js';
import type { EventLogSettings } from '../settings.js';
import { openKafka } from './client.js';
import { KafkaPublisher } from './publisher.js';
import { KafkaSubscription } from './subscription.js';
import { topicDefinition } from './topic-config.js';

const moveDeadline = 20_000;

/** The event log on Apache Kafka. This folder is the only place that knows the client library. */
export class KafkaLog extends EventLog {
  private readonly kafka: Kafka;
  private readonly subscriptions = new Set<Subscription>();

  constructor(private readonly settings: EventLogSettings) {
    super();
    this.kafka = openKafka(settings);
  }

  async ensureTopics(topics: readonly AnyTopic[]): Promise<void> {
    await this.withAdmin(async (admin) => {
      const missing = await this.missing(admin, topics);
      if (missing.length === 0) return;
      if (this.settings.KAFKA_CREATE_TOPICS === false) {
        throw new MissingTopicsError(missing.map(({ name }) => name));
      }
      const definitions = missing.map((topic) => topicDefinition(topic, this.settings.KAFKA_REPLICATION ?? 1));
      await admin
        .createTopics({
          waitForLeaders: true,
          topics: definitions.map(({ name, partitions, replication, config }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: replication,
            configEntries: Object.entries(config).map(([entry, value]) => ({ name: entry, value })),
          })),
        })
        .catch(async (error: unknown) => {
          // Another service may have been faster.
          if ((await this.missing(admin, missing)).length > 0) throw error;
        });
    });
  }

  openPublisher(): Promise<Publisher> {
    return KafkaPublisher.open(this.settings);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    await this.ensureTopics(options.topics);
    const subscription = new KafkaSubscription(this.kafka, options);
    await subscription.start();
    this.subscriptions.add(subscription);
    return {
      close: async () => {
        this.subscriptions.delete(subscription);
        await subscription.close();
      },
      get lastSign() {
        return subscription.lastSign;
      },
    };
  }

  async bounds(topic: string): Promise<Map<number, Bounds>> {
    const offsets = await this.withAdmin((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { start: BigInt(low), end: BigInt(high) }]));
  }

  position(group: string, topic: string): Promise<Map<number, bigint>> {
    return this.withAdmin((admin) => readPosition(admin, group, topic));
  }

  async movePosition(group: string, topic: string, to: ReadonlyMap<number, bigint>): Promise<void> {
    if (to.size === 0) return;
    await this.withAdmin(async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      if (groups.some(({ members }) => members.length > 0)) throw new GroupBusyError(group);
      const partitions = [...to].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      // The client joins the group to do this, and may wait for ever when it cannot.
      await atMost(moveDeadline, admin.setOffsets({ groupId: group, topic, partitions }));
      // If a member joined at the same moment, it has some of the partitions, and their offsets were not moved.
      const position = await readPosition(admin, group, topic);
      if ([...to].some(([partition, offset]) => position.get(partition) !== offset)) throw new GroupBusyError(group);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
  }

  private async missing(admin: Admin, topics: readonly AnyTopic[]): Promise<AnyTopic[]> {
    const there = new Set(await admin.listTopics());
    return topics.filter(({ name }) => !there.has(name));
  }

  private async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}

async function readPosition(admin: Admin, groupId: string, topic: string): Promise<Map<number, bigint>> {
  const found = await admin.fetchOffsets({ groupId, topics: [topic] });
  const partitions = found.flatMap((each) => each.partitions).filter(({ offset }) => BigInt(offset) >= 0n);
  return new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}
