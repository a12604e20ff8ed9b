import { chooseKafka, whyNoKafka } from './kafka-choice.js';
import type { KafkaOptions, RunningKafka } from './kafka-types.js';

export type { KafkaNode, KafkaOptions, RunningKafka } from './kafka-types.js';

/**
 * Starts a real Apache Kafka: KAFKA_BROKERS, else a Docker engine, else Java 17+ with Maven (first, for three nodes).
 * KAFKA_VERSION says which; by default 4.3.1.
 * @returns null when none of them is there, after saying so
 */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka | null> {
  const says = options.says ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const kafka = await start(options, says);
  says(kafka ? `Kafka: ${kafka.choice}` : `\n*** There is ${whyNoKafka}. ***\n`);
  return kafka;
}

async function start(options: KafkaOptions, says: (line: string) => void): Promise<RunningKafka | null> {
  switch (await chooseKafka(options)) {
    case 'brokers':
      return givenBrokers();
    case 'docker':
      return (await import('./kafka-docker.js')).startDockerKafka(options);
    case 'java':
      return (await import('./kafka-java.js')).startJavaKafka(options, says);
    case 'none':
      return null;
  }
}

function givenBrokers(): RunningKafka {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').map((broker) => broker.trim());
  const notOurs = () => Promise.reject(new Error('KAFKA_BROKERS is not ours to stop; ask for a broker of your own'));
  return {
    brokers,
    choice: `the brokers of KAFKA_BROKERS, ${brokers.join(', ')}`,
    nodes: [],
    pid: null,
    stop: notOurs,
    start: notOurs,
    close: async () => {},
  };
}
