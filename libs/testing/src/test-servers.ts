import { chooseKafka } from './kafka-choice.js';
import { type RunningKafka, startKafka } from './kafka.js';
import { type RunningPostgres, startPostgres } from './postgres.js';

export { chooseKafka };

/** The servers of one Jest run. Each is started when it is first asked for, and once. */
export class TestServers {
  private postgresServer: Promise<RunningPostgres> | undefined;
  private kafkaServer: Promise<RunningKafka | null> | undefined;

  async postgres(): Promise<{ adminUrl: string }> {
    this.postgresServer ??= startPostgres({ maxConnections: 500 });
    return { adminUrl: (await this.postgresServer).url('postgres') };
  }

  async kafka(): Promise<{ brokers: string[] }> {
    this.kafkaServer ??= startKafka();
    const kafka = await this.kafkaServer;
    if (!kafka) throw new Error('There is no Kafka here.');
    return { brokers: kafka.brokers };
  }

  async close(): Promise<void> {
    const ignore = () => null;
    await Promise.all([
      this.postgresServer?.then((server) => server.stop()).catch(ignore),
      this.kafkaServer?.then((server) => server?.close()).catch(ignore),
    ]);
  }
}
