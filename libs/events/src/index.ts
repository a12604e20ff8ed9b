export * from './settings.js';
export { Database } from './core/database.js';
export { BadEventError } from './core/check-data.js';
export { bootstrapGroup } from './core/bootstrap.js';
export { Consumer, type ConsumerOptions, type Handle } from './core/consumer.js';
export { ConsumerGroup, type ConsumerGroupOptions } from './core/consumer-group.js';
export { EventDatabase, type Sql } from './core/event-database.js';
export { Freshness, type FreshnessOptions, type Standing } from './core/freshness.js';
export { GroupWatch } from './core/group-watch.js';
export { migrateConsumer } from './core/migrate-consumer.js';
export { ParkedEvents, type ParkedEvent, type ParkedSubject, type Skipped, type Stopped } from './core/parked.js';
export { ParkedRunner } from './core/parked-runner.js';
export { PgDatabase, type PgDatabaseOptions } from './core/pg-database.js';
export {
  type Decoded,
  decodeRecord,
  dataSchemaOf,
  encodeRow,
  type OutboxRow,
  UndecodableError,
} from './core/envelope.js';
export * from './core/event-log.port.js';
export { fingerprint, type Says } from './core/log.js';
export { AddEventTables1763700000000 } from './core/migrations/1763700000000-add-event-tables.js';
export { Outbox, type ReadyEvents } from './core/outbox.js';
export { event, tombstone, type OutgoingEvent } from './core/outgoing-event.js';
export { Relay, type RelayOptions } from './core/relay.js';
export { isTransient } from './core/transient.js';
export { uuid7 } from './core/uuid7.js';
export { Consumes, type ConsumesOptions, type EventContext, StartsFrom } from './nest/consumes.js';
export { EventsModule, type EventsModuleOptions } from './nest/events.module.js';
export { EventsServer } from './nest/events-server.js';
export { EventHealth, eventHealth, type EventHealthReport } from './nest/health.js';
export { openDataSource, type DataSourceOptions } from './nest/open-data-source.js';
export { openEventLog, topicDefinitions } from './open-event-log.js';
export type { TopicDefinition } from './kafka/topic-config.js';
export { readAll, tailEvents, type TailedEvent, type TailOptions } from './tail-events.js';
export { cleanUp as cleanPostgresLog } from './postgres-log/tables.js';
