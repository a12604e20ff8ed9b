export type KafkaOptions = {
  /** Where the data lives. Left out: a temporary folder that is deleted at the end. */
  dataDir?: string;
  /** Left out: a free one. Only with one node. */
  port?: number;
  /** Three hold three copies of everything, and take records while two of them are there. */
  nodes?: 1 | 3;
  /**
   * Gives the loopback port that clients are told to come back to, for a proxy in between. Called with the port that
   * a node listens on, before it starts.
   */
  advertise?: (port: number) => Promise<number>;
  /** A broker of our own, even when KAFKA_BROKERS names one: for tests that kill it. */
  own?: boolean;
  /** Hears what was chosen and how long steps go; by default it is written to stderr. */
  says?: (line: string) => void;
};

export type KafkaNode = {
  /** As in the cluster's metadata: what `leader` of a partition names. */
  id: number;
  /** Where clients reach it, as host:port. */
  address: string;
  readonly pid: number | null;
  /** Kills it as a power cut would (SIGKILL). */
  stop(): Promise<void>;
  /** Starts it again on the same port and data, and waits until it serves. Needs a majority of the nodes. */
  start(): Promise<void>;
};

export type RunningKafka = {
  brokers: string[];
  /** What was chosen, in words. */
  choice: string;
  /** None where the brokers are not ours. */
  nodes: KafkaNode[];
  /** Of the only node; null when there are three. */
  readonly pid: number | null;
  /** Kills all nodes as a power cut would (SIGKILL). */
  stop(): Promise<void>;
  /** Starts them again on the same ports and data. */
  start(): Promise<void>;
  /** Ends it for good and deletes temporary data. */
  close(): Promise<void>;
};
