import type { AnyTopic } from '@homerealm/contracts';
import { type EventLog, MissingTopicsError } from '@homerealm/events/operations';
import { PlainFailure } from './failures.js';

/** Those of the topics that the log has; a service creates its own when it first publishes. */
export async function existingTopics(log: EventLog, topics: readonly AnyTopic[]): Promise<AnyTopic[]> {
  const missing = await missingTopics(log, topics);
  return topics.filter(({ name }) => !missing.includes(name));
}

/** @throws PlainFailure naming what is missing */
export async function needTopics(log: EventLog, topics: readonly AnyTopic[]): Promise<void> {
  const missing = await missingTopics(log, topics);
  if (missing.length === 0) return;
  throw new PlainFailure(`The event log has no topic ${missing.join(', ')}; \`homerealm topics ensure\` creates it.`);
}

async function missingTopics(log: EventLog, topics: readonly AnyTopic[]): Promise<readonly string[]> {
  try {
    await log.ensureTopics(topics);
    return [];
  } catch (error) {
    if (error instanceof MissingTopicsError) return error.topics;
    throw error;
  }
}
