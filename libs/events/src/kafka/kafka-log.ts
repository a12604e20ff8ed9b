import type { AnyTopic } from '@homerealm/contracts';
import type { Admin, Kafka } from 'kafkajs';
import {
  type Bounds,
  EventLog,
  MissingTopicsError,
  type Publisher,
  type SubscribeOptions,
  type Subscription,
} from '../core/event-log.port.js';
import type { EventLogSettings } from '../settings.js';
import { AdminDoor } from './admin-door.js';
import { openKafka } from './client.js';
import { checkTopics } from './check-topics.js';
import { KafkaPublisher } from './publisher.js';
import { KafkaSubscription } from './subscription.js';
import { readPosition, seekGroup } from './seek-group.js';
import { topicDefinition } from './topic-config.js';

/** The event log on Apache Kafka. This folder is the only place that knows the client library. */
export class KafkaLog extends EventLog {
  private readonly kafka: Kafka;
  private readonly admins: AdminDoor;
  private readonly subscriptions = new Set<Subscription>();
  /** Topics that are known to be as declared. */
  private readonly checked = new Set<string>();

  /** @param timing for tests: how long a member may be silent before it is given up, in milliseconds */
  constructor(
    private readonly settings: EventLogSettings,
    private readonly timing: { silence?: number } = {},
  ) {
    super();
    this.kafka = openKafka(settings);
    this.admins = new AdminDoor(this.kafka);
  }

  async ensureTopics(topics: readonly AnyTopic[]): Promise<void> {
    await this.admins.use(async (admin) => {
      const missing = await this.missing(admin, topics);
      const there = topics.filter((topic) => !missing.includes(topic) && !this.checked.has(topic.name));
      await checkTopics(admin, there);
      for (const { name } of there) this.checked.add(name);
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
    const subscription = new KafkaSubscription(this.settings, { ...options, ...this.timing });
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
    const offsets = await this.admins.use((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { start: BigInt(low), end: BigInt(high) }]));
  }

  position(group: string, topic: string): Promise<Map<number, bigint>> {
    return this.admins.use((admin) => readPosition(admin, group, topic));
  }

  async movePosition(group: string, topic: string, to: ReadonlyMap<number, bigint>): Promise<void> {
    if (to.size === 0) return;
    await this.admins.use((admin) => seekGroup(this.kafka, admin, group, new Map([[topic, to]])));
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    await this.admins.close();
  }

  private async missing(admin: Admin, topics: readonly AnyTopic[]): Promise<AnyTopic[]> {
    const there = new Set(await admin.listTopics());
    return topics.filter(({ name }) => !there.has(name));
  }
}
