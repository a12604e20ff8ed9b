import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoredRecord } from './event-log.port.js';
import { inProcessSpan, traceparentOf } from './tracing.js';

/** The event that is being handled: what is told meanwhile was caused by it. */
export type Cause = {
  eventId: string;
  traceparent: string | undefined;
  /** Who handles it, and what came in: for the span of the handling. */
  service?: string;
  record?: StoredRecord;
};

const current = new AsyncLocalStorage<Cause>();

/** A record as the cause of what its handler does. */
export const causeOf = (service: string, record: StoredRecord): Cause => ({
  eventId: record.headers['ce_id'] ?? '',
  traceparent: record.headers['traceparent'],
  service,
  record,
});

/** Runs a handler inside the trace of its event. */
export function becauseOf<T>(cause: Cause, work: () => Promise<T>): Promise<T> {
  return inProcessSpan(cause, () => current.run(cause, work));
}

/** What caused the event that is told now, and the trace it belongs to. */
export function currentCause(): { causationId: string | undefined; traceparent: string | null } {
  const cause = current.getStore();
  return { causationId: cause?.eventId, traceparent: traceparentOf() ?? cause?.traceparent ?? null };
}
