import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Which Kafka is started: KAFKA_VERSION, else the one that the tests are usually run with. */
export function kafkaVersion(): string {
  const version = process.env['KAFKA_VERSION'] ?? '4.3.1';
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`KAFKA_VERSION is no version like 4.3.1: ${version}`);
  return version;
}

/** Where the broker's jars are kept, outside of any checkout, so that a second clone starts at once. */
export const kafkaCache = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'homerealm', `kafka-${kafkaVersion()}`);

type Wish = { own: boolean; nodes: 1 | 3 };

/** How a real Kafka can be had on this machine. */
export type KafkaChoice = 'brokers' | 'docker' | 'java' | 'none';

export const whyNoKafka =
  'no Kafka here: set KAFKA_BROKERS, or start a Docker engine, or install Java 17+ and Maven (apt-get install openjdk-17-jre-headless maven)';

/** Finds the first way that works. Cheap: looks at settings, sockets and files, and starts nothing. */
export async function chooseKafka({ own = false, nodes = 1 }: Partial<Wish> = {}): Promise<KafkaChoice> {
  const hasJava = onPath('java') && (existsSync(join(kafkaCache(), 'complete')) || onPath('mvn'));
  if (!own && process.env['KAFKA_BROKERS']) return 'brokers';
  // Containers give one node only.
  if (nodes > 1 && hasJava) return 'java';
  if (await dockerAnswers()) return 'docker';
  return hasJava ? 'java' : 'none';
}

const onPath = (program: string): boolean =>
  [...(process.env['PATH'] ?? '').split(delimiter), join(process.env['JAVA_HOME'] ?? '/nowhere', 'bin')].some(
    (folder) => existsSync(join(folder, program)),
  );

async function dockerAnswers(): Promise<boolean> {
  const host = process.env['DOCKER_HOST'];
  const target = host ? new URL(host) : null;
  const options =
    target && target.protocol !== 'unix:'
      ? { host: target.hostname, port: Number(target.port || 2375) }
      : { path: target?.pathname ?? '/var/run/docker.sock' };
  return new Promise((answer) => {
    const socket = connect({ ...options, timeout: 1000 });
    const say = (yes: boolean) => {
      socket.destroy();
      answer(yes);
    };
    socket
      .once('connect', () => say(true))
      .once('error', () => say(false))
      .once('timeout', () => say(false));
  });
}
