export * from './settings.js';
export { Database } from './core/database.js';
export { Outbox } from './core/outbox.js';
export { event, tombstone, type OutgoingEvent } from './core/outgoing-event.js';
export * from './core/event-log.port.js';
export { Consumes, type EventContext } from './nest/consumes.js';
export { EventsModule, type EventsModuleOptions } from './nest/events.module.js';
export { EventsServer } from './nest/events-server.js';
