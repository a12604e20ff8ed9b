import { allTopics, type AnyTopic } from '@homerealm/contracts';
import { type EventLog, type EventLogSettings, openEventLog, PgDatabase } from '@homerealm/events/operations';
import { SettingsError, UsageError } from './failures.js';
import type { Settings } from './settings.js';

/** What a command talks to; opened when it first asks, closed at the end. */
export class Connections {
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly settings: () => Settings,
    readonly service: string | undefined,
  ) {}

  /** @param settings by default, topics that are missing are not created: who only looks must change nothing */
  log(settings: EventLogSettings = { ...this.logSettings, KAFKA_CREATE_TOPICS: false }): EventLog {
    const log = openEventLog(settings);
    this.closers.push(() => log.close());
    return log;
  }

  get logSettings(): EventLogSettings {
    return this.settings().log;
  }

  /** @throws SettingsError when nobody said which database */
  database(): PgDatabase {
    const { database: url, fromLocal } = this.settings();
    if (!url) {
      throw fromLocal
        ? new UsageError('Which service’s database? Say --service auth-gateway, or another one.')
        : new SettingsError('This command needs the database of a service: DATABASE_URL.');
    }
    const database = new PgDatabase({ url, poolSize: 3, applicationName: 'homerealm cli' });
    this.closers.push(() => database.close());
    return database;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.closers.splice(0).map((close) => close()));
  }
}

/** @throws UsageError when no topic has the name */
export function topicNamed(name: string): AnyTopic {
  const topic = allTopics.find((each) => each.name === name);
  if (!topic) throw new UsageError(`There is no topic ${name}; \`homerealm topics list\` names them all.`);
  return topic;
}

/** The consumer that was named, else the service, else the only one that this database knows. @throws UsageError */
export async function consumerOf(
  connections: Connections,
  database: PgDatabase,
  named: string | undefined,
): Promise<string> {
  const chosen = named ?? connections.service;
  if (chosen !== undefined) return chosen;
  const rows = await database.sql.query<{ consumer: string }>('SELECT DISTINCT consumer FROM event_inbox ORDER BY 1');
  const [only] = rows;
  if (only && rows.length === 1) return only.consumer;
  const known = rows.map(({ consumer }) => consumer).join(', ');
  throw new UsageError(`Say --consumer NAME; this database knows ${known || 'none yet'}.`);
}
