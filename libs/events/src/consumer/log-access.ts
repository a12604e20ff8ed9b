import type { EventLog } from '../core/event-log.port.js';
import { openEventLog } from '../open-event-log.js';

export type KafkaAccess = {
  /** host:port of one broker or more. */
  brokers: string[];
  /** Talk TLS. The broker's certificate is checked as Node checks any other. */
  tls?: boolean;
  /** SASL SCRAM-SHA-512. */
  username?: string;
  password?: string;
  /** Copies of a topic that the consumer creates for itself. */
  replication?: number;
  /** Create event topics that are missing. For tests: else that is for those who run the platform. */
  createTopics?: boolean;
};

/** Where the events travel: Kafka, or the table that stands in for it where the platform runs on one machine. */
export type LogAccess = { kafka: KafkaAccess } | { postgresLog: string };

/** Opens the log. Connects when it is first used. @param own topics that this consumer may create */
export function openLog(access: LogAccess, { own = false } = {}): EventLog {
  if ('postgresLog' in access) {
    return openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: access.postgresLog });
  }
  const { brokers, tls = false, username, password, replication = 1, createTopics = false } = access.kafka;
  return openEventLog({
    EVENT_LOG: 'kafka',
    KAFKA_BROKERS: brokers,
    KAFKA_TLS: tls,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
    KAFKA_REPLICATION: replication,
    KAFKA_CREATE_TOPICS: createTopics || own,
  });
}
