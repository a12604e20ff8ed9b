import type { EventDatabase } from '../core/event-database.js';
import type { Says } from '../core/log.js';
import { migrateConsumer } from '../core/migrate-consumer.js';
import { registerProjections } from '../core/projections.js';
import type { SqlContext } from './context.js';
import { planOf, type TopicHandler } from './handlers.js';
import { type LogAccess, openLog } from './log-access.js';
import { RunningConsumer } from './running-consumer.js';
import { endProcess } from '../core/end-process.js';
import { sayOnStderr } from './say.js';

export type ConsumerSettings = {
  /** In kebab-case, and for good: the consumer group, and the owner of the cursors. Processes that share it share work. */
  name: string;
  log: LogAccess;
  /** The consumer's own Postgres: its cursors live there, beside what its handlers store. */
  database: EventDatabase;
  handlers: readonly TopicHandler<SqlContext>[];
  /** Hears of changes of state and of parked events, never of an event's data. By default lines on stderr. */
  says?: Says;
  /** Called when the consumer died twice within a minute. By default the process ends with status 1. */
  onFatal?: (error: unknown) => void;
  /** How many transactions may be open at a time; 4 by default. Keep it below the size of the pool. */
  concurrency?: number;
};

/**
 * Starts a consumer whose inbox is in its own Postgres: the effect of an event and the note that it was applied are one
 * transaction, so that every event that was told takes effect once and in order for its subject, however often it is
 * delivered. Makes its tables first. Joins the log in the background, for as long as that takes.
 * @throws Error when handlers do not go together, and when the database cannot be reached
 */
export async function startConsumer(settings: ConsumerSettings): Promise<RunningConsumer> {
  const { name, database, handlers, says = sayOnStderr(name), onFatal = endProcess(says), concurrency } = settings;
  const plan = planOf(name, handlers);
  await migrateConsumer(database);
  const projections = handlers.map(({ topic, tables }) => [topic.name, tables] as const);
  await registerProjections(database, name, Object.fromEntries(projections));
  return new RunningConsumer({ name, database, plan, says, onFatal, concurrency, log: openLog(settings.log) });
}
