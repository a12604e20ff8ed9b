import { AsyncLocalStorage } from 'node:async_hooks';
import { context, propagation } from '@opentelemetry/api';

/** The event that is being handled: what is told meanwhile was caused by it. */
export type Cause = { eventId: string; traceparent: string | undefined };

const current = new AsyncLocalStorage<Cause>();

/** Runs a handler inside the trace of its event. */
export function becauseOf<T>(cause: Cause, work: () => Promise<T>): Promise<T> {
  const carrier = cause.traceparent === undefined ? {} : { traceparent: cause.traceparent };
  const trace = propagation.extract(context.active(), carrier);
  return context.with(trace, () => current.run(cause, work));
}

/** What caused the event that is told now, and the trace it belongs to. */
export function currentCause(): { causationId: string | undefined; traceparent: string | null } {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  const cause = current.getStore();
  return { causationId: cause?.eventId, traceparent: carrier['traceparent'] ?? cause?.traceparent ?? null };
}
