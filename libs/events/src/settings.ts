import { z } from 'zod';

const flag = (otherwise: boolean) =>
  z
    .enum(['true', 'false'])
    .default(otherwise ? 'true' : 'false')
    .transform((text) => text === 'true');

/** Settings of every service that stores state and tells about it. Spread them into the service's `defineConfig`. */
export const eventSettings = {
  DATABASE_URL: z.url().describe('Postgres database of this service; no other service reads it.'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(3)
    .default(10)
    .describe('Most connections to the database at a time.'),
  EVENT_LOG: z
    .enum(['kafka', 'postgres-log'])
    .default('kafka')
    .describe('Where events travel: Apache Kafka, or a table in Postgres (one machine only).'),
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .optional()
    .describe('Kafka brokers as host:port, comma separated. Needed with EVENT_LOG=kafka.'),
  KAFKA_CREATE_TOPICS: flag(true).describe('Create missing topics with the declared partitions and policy.'),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).default(1).describe('Copies of each topic that is created.'),
  KAFKA_TLS: flag(false).describe('Talk TLS to the brokers.'),
  KAFKA_USERNAME: z.string().optional().describe('SASL SCRAM-SHA-512 user name at the brokers.'),
  KAFKA_PASSWORD: z.string().optional().describe('SASL SCRAM-SHA-512 password at the brokers.'),
  EVENT_LOG_DATABASE_URL: z
    .url()
    .optional()
    .describe('Postgres database that holds the log. Needed with EVENT_LOG=postgres-log.'),
  CRASH_POINTS: z
    .string()
    .min(1)
    .optional()
    .describe('For tests: a folder whose files tell the service where to kill itself. Refused in production.'),
};

/** Where events travel, as read from the environment. What may be left out has a default. */
export type EventLogSettings = {
  EVENT_LOG: 'kafka' | 'postgres-log';
  KAFKA_BROKERS?: string[] | undefined;
  KAFKA_CREATE_TOPICS?: boolean;
  KAFKA_REPLICATION?: number;
  KAFKA_TLS?: boolean;
  KAFKA_USERNAME?: string | undefined;
  KAFKA_PASSWORD?: string | undefined;
  EVENT_LOG_DATABASE_URL?: string | undefined;
};

export type EventSettings = EventLogSettings & {
  DATABASE_URL: string;
  DATABASE_POOL_SIZE?: number;
  CRASH_POINTS?: string | undefined;
};
