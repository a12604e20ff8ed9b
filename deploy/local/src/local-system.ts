import type { RunningKafka } from '@homerealm/testing';
import type { Environment } from './environment.js';
import type { LocalFile } from './local-file.js';
import type { DatabaseName, PartName, ServiceName } from './parts.js';
import type { Say } from './say.js';

export type StartOptions = {
  /** A real Kafka; `own` is one of our own even where KAFKA_BROKERS names another. Default: the log in Postgres. */
  kafka?: boolean | 'own';
  /** Left out: a temporary folder that is deleted when the system is stopped. */
  dataDir?: string;
  /** Three nodes hold three copies of each topic. Default: one. */
  kafkaNodes?: 1 | 3;
  /** For proxies in between: gives the port that Kafka's clients are told to come back to. */
  routeKafka?: (port: number) => Promise<number>;
  /** For proxies in between: gives the URL by which a service reaches its database. */
  routeDatabase?: (name: DatabaseName, url: string) => Promise<string>;
  portBase?: number;
  /** Passed on to the services. Default: this process's environment. */
  environment?: Environment;
  say?: Say;
  /** Hears every line a service logs. */
  onLog?: (line: string) => void;
  /** Hears that a part has ended though nobody asked it to. */
  onUnexpectedEnd?: (part: PartName, how: string) => void;
  /** Stops the start: what was started is stopped, and the promise fails with the signal's reason. */
  signal?: AbortSignal;
};

/** A part that can be stopped and started while the others run. */
export type RunningPart = {
  readonly pid: number | undefined;
  start(): Promise<void>;
  /** Asks it to end (SIGTERM) and waits. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Sends it a signal: SIGSTOP and SIGCONT, for one. Nothing happens when it does not run. */
  signal(signal: NodeJS.Signals): void;
};

/** A running local system: the content of local.json, and the means to disturb and to stop it. */
export type LocalSystem = Omit<LocalFile, 'kafka'> & {
  kafka: Pick<RunningKafka, 'brokers' | 'nodes' | 'stop' | 'start'> | null;
  dataDir: string;
  service(name: PartName): RunningPart;
  /** A second process of a service beside the first, not started yet; it ends with the system. */
  another(name: ServiceName, port: number): RunningPart;
  /** The PostgreSQL server of all services: `kill` ends it as a crash would, `start` starts it on the same data. */
  database: { kill(): Promise<void>; start(): Promise<void> };
  /** What local.json says now; the process ids change when a part is started again. */
  localFile(): LocalFile;
  stop(): Promise<void>;
};
