import { Kafka, logLevel } from 'kafkajs';
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
