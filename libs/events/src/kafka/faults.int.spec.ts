import { describeWithKafka, eventually, type RunningKafka, startKafka, TcpProxy } from '@homerealm/testing';
import { uuid7 } from '../core/uuid7.js';
import { exampleTopics } from '../fixtures/example-topics.js';
import { KafkaLog } from './kafka-log.js';

describeWithKafka(
  'a member of a group, when the way to the broker fails',
  () => {
    let kafka: RunningKafka | null;
    let proxy: TcpProxy;
    let log: KafkaLog;
    let values: (string | null)[];
    let states: string[];
    const { lampTopic } = exampleTopics(uuid7(), 2);

    beforeAll(async () => {
      const advertise = async (port: number) => {
        proxy = await TcpProxy.open({ to: { host: '127.0.0.1', port } });
        return proxy.port;
      };
      kafka = await startKafka({ own: true, advertise, says: () => {} });
    }, 300_000);
    afterAll(async () => {
      await kafka?.close();
      await proxy.close();
    });
    afterEach(async () => {
      await proxy.heal();
      await log.close();
    });

    const join = async (timing: { silence?: number } = {}) => {
      log = new KafkaLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka?.brokers }, timing);
      [values, states] = [[], []];
      const subscription = await log.subscribe({
        group: uuid7(),
        topics: [lampTopic],
        onState: (state) => void states.push(state),
        handle: async ({ records, done }) => {
          for (const record of records) {
            values.push(record.value);
            done(record);
          }
        },
      });
      await eventually(() => states.includes('up'), { timeout: 30_000 });
      return subscription;
    };
    const publish = async (value: string) => {
      const publisher = await log.openPublisher();
      await publisher.publish([{ topic: lampTopic.name, key: 'a', value, headers: {} }]);
      await publisher.close();
    };

    it('goes on soon after the broker was killed and started again', async () => {
      await join();
      await publish('before');
      await eventually(() => values.includes('before'));
      await kafka?.stop();
      await kafka?.start();
      const back = Date.now();
      await eventually(() => publish('after').then(() => true), { timeout: 30_000 });
      await eventually(() => values.includes('after'), { timeout: 30_000 });
      process.stderr.write(`goes on ${Date.now() - back} ms after the broker is back\n`);
      expect(Date.now() - back).toBeLessThan(8000);
    }, 120_000);

    it('leaves connections on which nobody answers, and goes on with others', async () => {
      await join();
      await proxy.fault({ kind: 'drop' }, 'live');
      const cut = Date.now();
      await eventually(() => publish('meanwhile').then(() => true), { timeout: 30_000 });
      await eventually(() => values.includes('meanwhile'), { timeout: 60_000 });
      process.stderr.write(`goes on ${Date.now() - cut} ms after its connections were cut half-way\n`);
    }, 120_000);

    it('says that it is dead when nobody answers at all', async () => {
      await join({ silence: 5000 });
      await proxy.fault({ kind: 'drop' });
      await eventually(() => states.includes('dead'), { timeout: 15_000 });
    }, 120_000);
  },
  { own: true },
);
