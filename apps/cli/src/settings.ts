import { eventSettings, type EventLogSettings } from '@homerealm/events/operations';
import { z } from 'zod';
import { SettingsError } from './failures.js';
import { findLocalFile, type LocalSystem, readLocalFile, type ServiceName } from './local-system.js';

export type Environment = Record<string, string | undefined>;

/** Where the events are. `database` is that of one service, unless nobody said which. */
export type Settings = { log: EventLogSettings; database: string | undefined; fromLocal: boolean };

export type Where = {
  environment: Environment;
  /** Folder in which, and above which, a local system is looked for. */
  folder: string;
  /** A local.json by name. */
  local: string | undefined;
  service: ServiceName | undefined;
};

/** Those of a service, but for the database, which not every command needs. */
const table = { ...eventSettings, DATABASE_URL: z.url().optional() };
const naming = ['EVENT_LOG', 'KAFKA_BROKERS', 'EVENT_LOG_DATABASE_URL', 'DATABASE_URL'];

/**
 * The environment of a service; where it says nothing, or a service is chosen, the local system that runs.
 * @throws SettingsError naming what is missing or wrong
 */
export function readSettings({ environment, folder, local, service }: Where): Settings {
  const isGiven = naming.some((name) => environment[name]);
  if (isGiven && local === undefined && service === undefined) return fromEnvironment(environment);
  const file = local ?? findLocalFile(folder);
  if (file === undefined) {
    throw new SettingsError(
      service === undefined
        ? 'The environment names no event log (EVENT_LOG, KAFKA_BROKERS, …), and no local system runs here.'
        : '--service chooses a database of a local system, and none runs here.',
    );
  }
  return fromSystem(readLocalFile(file), service);
}

function fromEnvironment(environment: Environment): Settings {
  const given = Object.fromEntries(Object.keys(table).map((key) => [key, environment[key] || undefined]));
  const outcome = z.object(table).safeParse(given);
  if (!outcome.success) {
    const lines = outcome.error.issues.map(({ path, message }) => `  - ${path.join('.')}: ${message}`);
    throw new SettingsError(`The environment is not right:\n${lines.join('\n')}`);
  }
  const { DATABASE_URL: database, ...log } = outcome.data;
  const needed = log.EVENT_LOG === 'kafka' ? 'KAFKA_BROKERS' : 'EVENT_LOG_DATABASE_URL';
  if (!log[needed]) throw new SettingsError(`EVENT_LOG=${log.EVENT_LOG} needs ${needed}.`);
  return { log, database, fromLocal: false };
}

function fromSystem(system: LocalSystem, service: ServiceName | undefined): Settings {
  const log: EventLogSettings = system.kafka
    ? { EVENT_LOG: 'kafka', KAFKA_BROKERS: system.kafka.brokers }
    : { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: system.postgres.eventLog };
  return { log, database: service && system.databases[service], fromLocal: true };
}
