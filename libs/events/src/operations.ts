/**
 * What operators' tools need of events: the log, the parking table, digests and replays. Without Nest and TypeORM, so
 * that a command starts at once.
 */
export { eventSettings, type EventLogSettings } from './settings.js';
export { openEventLog, topicDefinitions } from './open-event-log.js';
export {
  type Bounds,
  EventLog,
  GroupBusyError,
  MissingTopicsError,
  type StoredRecord,
  type Subscription,
} from './core/event-log.port.js';
export { decodeRecord } from './core/envelope.js';
export {
  type Cursor,
  type Difference,
  differences,
  digestOf,
  type Known,
  knownSubjects,
  type LastRecord,
  type Numbers,
  readLastRecords,
} from './core/digest.js';
export type { EventDatabase } from './core/event-database.js';
export { fingerprint } from './core/log.js';
export { ParkedEvents, type ParkedEvent, type ParkedSubject } from './core/parked.js';
export { PgDatabase } from './core/pg-database.js';
export { configurePoints, reach } from './core/points.js';
export { type OnRecord, type Range, readBetween } from './core/read-between.js';
export { replay } from './core/replay.js';
export {
  planReplay,
  type ReplayFrom,
  type TopicPlan,
  topicStates,
  type TopicState,
  withTableMates,
} from './core/replay-plan.js';
export { tailEvents, type TailedEvent } from './tail-events.js';
export { codeOf, isTransient } from './core/transient.js';
