import { Kafka, logLevel } from 'kafkajs';
import { eventually } from './eventually.js';
import { describeWithKafka } from './for-tests.js';
import { type RunningKafka, startKafka } from './kafka.js';

describeWithKafka(
  'a Kafka broker of our own',
  () => {
    let kafka: RunningKafka | null;

    beforeAll(async () => {
      kafka = await startKafka({ own: true, says: () => {} });
    }, 300_000);
    afterAll(() => kafka?.close());

    it('keeps its data and its address when it is killed and started again', async () => {
      if (!kafka) throw new Error('no broker');
      const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 2 }], waitForLeaders: true });
      await admin.disconnect();
      await kafka.stop();
      await kafka.start();
      await admin.connect();
      expect(await admin.listTopics()).toContain('kept');
      await admin.disconnect();
    }, 180_000);
  },
  { own: true },
);

describeWithKafka(
  'three Kafka nodes of our own',
  () => {
    let kafka: RunningKafka | null;

    beforeAll(async () => {
      kafka = await startKafka({ own: true, nodes: 3, says: () => {} });
    }, 300_000);
    afterAll(() => kafka?.close());

    it('elect another leader when one is killed, and take it in again', async () => {
      if (!kafka) throw new Error('no broker');
      const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
      const [admin, producer] = [client.admin(), client.producer()];
      await Promise.all([admin.connect(), producer.connect()]);
      const topics = [{ topic: 'copied', numPartitions: 1, replicationFactor: 3 }];
      await admin.createTopics({ topics, waitForLeaders: true });
      const partition = async () => (await admin.fetchTopicMetadata({ topics: ['copied'] })).topics[0]?.partitions[0];
      const before = await eventually(async () => {
        const found = await partition();
        return found?.isr.length === 3 && found;
      });
      const killed = kafka.nodes.find(({ id }) => id === before.leader);
      await killed?.stop();
      await eventually(
        async () =>
          (await producer.send({ topic: 'copied', acks: -1, messages: [{ value: '1' }] }))[0]?.errorCode === 0,
        { timeout: 60_000 },
      );
      const after = await eventually(async () => {
        const found = await partition();
        return found && found.leader !== before.leader && found.isr.length === 2 && found;
      });
      expect(after.isr).not.toContain(killed?.id);
      await killed?.start();
      await eventually(async () => (await partition())?.isr.length === 3, { timeout: 60_000 });
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    }, 180_000);
  },
  { own: true },
);
