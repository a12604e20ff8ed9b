export type KafkaOptions = {
  /** Where the data lives. Left out: a temporary folder that is deleted at the end. */
  dataDir?: string;
  /** Left out: a free one. */
  port?: number;
  /**
   * Gives the loopback port that clients are told to come back to, for a proxy in between. Called with the port the
   * broker listens on, before it starts.
   */
  advertise?: (port: number) => Promise<number>;
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
