import type { Environment } from './environment.js';
import type { LocalFile } from './local-file.js';
import type { PartName } from './parts.js';
import type { Say } from './say.js';

export type StartOptions = {
  /** A real Kafka; `own` is one of our own even where KAFKA_BROKERS names another. Default: the log in Postgres. */
  kafka?: boolean | 'own';
  /** Left out: a temporary folder that is deleted when the system is stopped. */
  dataDir?: string;
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
};

/** A running local system: the content of local.json, and the means to disturb and to stop it. */
export type LocalSystem = Omit<LocalFile, 'kafka'> & {
  kafka: { brokers: string[]; stop(): Promise<void>; start(): Promise<void> } | null;
  dataDir: string;
  service(name: PartName): RunningPart;
  /** What local.json says now; the process ids change when a part is started again. */
  localFile(): LocalFile;
  stop(): Promise<void>;
};
