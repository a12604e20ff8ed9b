/**
 * What a service outside this repository needs to consume events. Without Nest and TypeORM. The topics and their types
 * come along, so that one import is enough.
 */
export * from '@homerealm/contracts';
export type { Cursor, CursorContext, EventContext, SqlContext } from './context.js';
export type { DeadLetter, DeadReason } from './dead-letters.js';
export { type HandlerOptions, type HandlersByType, on, onState, startFrom, type TopicHandler } from './handlers.js';
export type { KafkaAccess, LogAccess } from './log-access.js';
export type { Parked } from './parked-of.js';
export type { ReplayRequest } from './replay-topics.js';
export type { RunningConsumer } from './running-consumer.js';
export type { Retried } from './sequence-consumer.js';
export type { Cursors } from './sequencer.js';
export { type RunningSequenceConsumer, type SequenceSettings, startConsumerBySequence } from './start-by-sequence.js';
export { type ConsumerSettings, startConsumer } from './start-consumer.js';
export { EventDatabase, type Sql } from '../core/event-database.js';
export { GroupBusyError } from '../core/event-log.port.js';
export { fingerprint, type Says } from '../core/log.js';
export type { ParkedEvent, ParkedSubject, Skipped } from '../core/parked.js';
export { PgDatabase, type PgDatabaseOptions } from '../core/pg-database.js';
export type { ReplayFrom } from '../core/replay-plan.js';
/** Where the consumer's numbers are: `await eventMetrics.metrics()` gives the text that Prometheus reads. */
export { register as eventMetrics } from 'prom-client';
