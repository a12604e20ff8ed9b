import { allTopics, type AnyTopic } from '@homerealm/contracts';
import type { EventLog } from './core/event-log.port.js';
import { KafkaLog } from './kafka/kafka-log.js';
import { topicDefinition, type TopicDefinition } from './kafka/topic-config.js';
import { PostgresLog } from './postgres-log/postgres-log.js';
import type { EventLogSettings } from './settings.js';

/**
 * Opens the log that the settings name. Connects when it is first used.
 * @throws Error when a setting that this log needs is missing
 */
export function openEventLog(settings: EventLogSettings): EventLog {
  if (settings.EVENT_LOG === 'kafka') return new KafkaLog(settings);
  if (!settings.EVENT_LOG_DATABASE_URL) throw new Error('EVENT_LOG=postgres-log needs EVENT_LOG_DATABASE_URL');
  return new PostgresLog(settings.EVENT_LOG_DATABASE_URL);
}

/** How the topics are to be set up on the brokers: for deployments that create them before the services start. */
export const topicDefinitions = (replication: number, topics: readonly AnyTopic[] = allTopics): TopicDefinition[] =>
  topics.map((topic) => topicDefinition(topic, replication));
