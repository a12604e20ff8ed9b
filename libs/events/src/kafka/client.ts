import { Kafka, type KafkaConfig, logLevel, type RetryOptions } from 'kafkajs';
import type { EventLogSettings } from '../settings.js';
import { Sockets } from './sockets.js';

/** Gives up after a few seconds; the callers come back by themselves, and say so once instead of at every try. */
export const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 5 };

/**
 * For members of a group: goes on asking for about a minute, as long as it is not given up. A member that gives up sooner comes back as another
 * one, and the group waits until the session of the first has run out.
 */
export const patientRetry = { initialRetryTime: 100, maxRetryTime: 500, retries: 130 };

/** @param sockets where the connections are kept, for whoever wants to cut them */
export function openKafka(settings: EventLogSettings, sockets = new Sockets(), retrying: RetryOptions = retry): Kafka {
  const { KAFKA_BROKERS: brokers, KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_TLS: ssl } = settings;
  if (!brokers?.length) throw new Error('EVENT_LOG=kafka needs KAFKA_BROKERS');
  const config: KafkaConfig = {
    clientId: 'homerealm',
    brokers,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: retrying,
    socketFactory: sockets.open,
    // It reports every passing trouble as an error; what matters reaches us as events and exceptions.
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
  };
  if (ssl) config.ssl = true;
  if (username && password) config.sasl = { mechanism: 'scram-sha-512', username, password };
  return new Kafka(config);
}
