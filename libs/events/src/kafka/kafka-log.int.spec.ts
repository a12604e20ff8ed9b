import { describeWithKafka, kafkaBrokers } from '@homerealm/testing';
import { Kafka, logLevel } from 'kafkajs';
import { itIsAnEventLog } from '../event-log.conformance.js';
import { exampleTopics } from '../fixtures/example-topics.js';
import { uuid7 } from '../core/uuid7.js';
import { KafkaLog } from './kafka-log.js';

describeWithKafka('the event log on Kafka', () => {
  const settings = async () => ({ EVENT_LOG: 'kafka' as const, KAFKA_BROKERS: await kafkaBrokers() });

  describe('as an event log', () => itIsAnEventLog(settings));

  it('sets topics up as declared', async () => {
    const { lampTopic, lampStateTopic } = exampleTopics(uuid7(), 4);
    const log = new KafkaLog(await settings());
    await Promise.all([log.ensureTopics([lampTopic, lampStateTopic]), log.ensureTopics([lampStateTopic, lampTopic])]);
    const admin = new Kafka({ brokers: await kafkaBrokers(), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [lampTopic.name] });
    expect(topics[0]?.partitions).toHaveLength(4);
    const configNames = ['cleanup.policy', 'retention.ms', 'unclean.leader.election.enable'];
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [lampTopic, lampStateTopic].map(({ name }) => ({ type: 2, name, configNames })),
    });
    const policies = resources.map(({ configEntries }) => configEntries.map(({ configValue }) => configValue));
    expect(policies).toEqual([
      expect.arrayContaining(['delete', '86400000', 'false']),
      expect.arrayContaining(['compact', 'false']),
    ]);
    await admin.disconnect();
    await log.close();
  });

  it('says which topics are missing when it may not create them', async () => {
    const { lampTopic } = exampleTopics(uuid7());
    const log = new KafkaLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: await kafkaBrokers(), KAFKA_CREATE_TOPICS: false });
    await expect(log.ensureTopics([lampTopic])).rejects.toThrow(`Kafka has no topic ${lampTopic.name}`);
    await log.close();
  });

  it('refuses topics that are set up otherwise than declared', async () => {
    const { lampTopic, lampStateTopic } = exampleTopics(uuid7(), 4);
    const admin = new Kafka({ brokers: await kafkaBrokers(), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topics = [lampTopic, lampStateTopic].map(({ name: topic }) => ({ topic, numPartitions: 5 }));
    await admin.createTopics({ topics, waitForLeaders: true });
    await admin.disconnect();
    const log = new KafkaLog(await settings());
    await expect(log.ensureTopics([lampTopic])).rejects.toThrow(`${lampTopic.name} has 5 partitions instead of 4`);
    await expect(log.ensureTopics([lampStateTopic])).rejects.toThrow(
      `${lampStateTopic.name} has cleanup.policy delete instead of compact`,
    );
    await log.close();
  });
});
