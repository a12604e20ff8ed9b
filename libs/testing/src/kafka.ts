import { chooseKafka, whyNoKafka } from './kafka-choice.js';

export type KafkaOptions = {
  /** Where the data lives. Left out: a temporary folder that is deleted at the end. */
  dataDir?: string;
  /** Left out: a free one. */
  port?: number;
  /** A broker of our own, even when KAFKA_BROKERS names one: for tests that kill it. */
  own?: boolean;
  /** Hears what was chosen and how long steps go; by default it is written to stderr. */
  says?: (line: string) => void;
};

export type RunningKafka = {
  brokers: string[];
  /** What was chosen, in words. */
  choice: string;
  pid: number | null;
  /** Kills the broker as a power cut would (SIGKILL). */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it for good and deletes temporary data. */
  close(): Promise<void>;
};

/**
 * Starts a real Apache Kafka: KAFKA_BROKERS, else a Docker engine, else Java 17+ with Maven.
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
    pid: null,
    stop: notOurs,
    start: notOurs,
    close: async () => {},
  };
}
