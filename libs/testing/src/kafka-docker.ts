import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import type { KafkaNode, KafkaOptions, RunningKafka } from './kafka-types.js';
import { kafkaVersion } from './kafka-choice.js';
import { waitForBroker } from './kafka-ready.js';

const docker = (...args: string[]) => promisify(execFile)('docker', args);

/** Starts the official image. Testcontainers' reaper removes it when this process ends. */
export async function startDockerKafka(options: KafkaOptions): Promise<RunningKafka> {
  if ((options.nodes ?? 1) > 1) throw new Error('Three nodes need Java 17+ and Maven; Docker gives one node here.');
  const image = `apache/kafka:${kafkaVersion()}`;
  const { GenericContainer } = await import('testcontainers');
  const port = options.port ?? (await freePort());
  const told = (await options.advertise?.(port)) ?? port;
  let wanted = new GenericContainer(image)
    // The port is fixed, because the broker tells its clients the address to come back to.
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment(environment(told));
  if (options.dataDir) {
    wanted = wanted.withBindMounts([{ source: options.dataDir, target: '/var/lib/kafka/data', mode: 'rw' }]);
  }
  const container = await wanted.start();
  const address = `127.0.0.1:${told}`;
  await waitForBroker(address);
  const node: KafkaNode = {
    id: 1,
    address,
    pid: null,
    stop: async () => void (await docker('kill', '--signal', 'KILL', container.getId())),
    start: async () => {
      await docker('start', container.getId());
      await waitForBroker(address);
    },
  };
  return {
    brokers: [address],
    choice: `${image} in Docker, at ${address}`,
    nodes: [node],
    pid: null,
    stop: node.stop,
    start: node.start,
    close: async () => void (await container.stop({ remove: true, timeout: 5000 })),
  };
}

const environment = (port: number): Record<string, string> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_BROKER_SESSION_TIMEOUT_MS: '2000',
  KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
  KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS: '5000',
  KAFKA_LOG_CLEANER_BACKOFF_MS: '1000',
  KAFKA_LOG_DIRS: '/var/lib/kafka/data',
});
