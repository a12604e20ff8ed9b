import type { AnyTopic, EventOf } from '@homerealm/contracts';
import { Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

/** How an event came in. */
export type EventContext = {
  topic: string;
  partition: number;
  offset: bigint;
  /** On state topics: grows with every record of a subject. Elsewhere the same as the event's sequence. */
  revision: number;
  headers: Record<string, string>;
};

/** Nest would replace what a handler throws by "Internal server error"; the runner must see the original. */
@Catch()
class OriginalError implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

type Handler<T extends AnyTopic> = (event: EventOf<T>, context: EventContext) => unknown;

export type HandlerExtras = { topic: AnyTopic; use: 'follow' | 'start-from'; together: boolean };

export type ConsumesOptions = {
  /**
   * Events that wait may share a transaction. Much faster when many wait; only for handlers that have no effect outside
   * the database, because they may run again after another event of the batch failed.
   */
  together?: boolean;
};

/**
 * Makes a controller method the handler of a topic: `handle(event, context)`. It runs inside the consumer's
 * transaction, once for each event, in order for each subject. What it throws is retried (transient) or parked
 * (permanent), so it must catch nothing that it cannot mend. On state topics `event.data` is null for a tombstone.
 */
export function Consumes<T extends AnyTopic>(topic: T, { together = false }: ConsumesOptions = {}) {
  return handles(topic, { topic, use: 'follow', together });
}

/**
 * Makes a controller method the start of a consumer that follows an event topic: it gets every state of the state topic
 * once, before the first event, and the events go on from there. Its events are `null` for what was erased.
 */
export function StartsFrom<T extends AnyTopic>(stateTopic: T) {
  return handles(stateTopic, { topic: stateTopic, use: 'start-from', together: true });
}

function handles<T extends AnyTopic>(topic: T, extras: HandlerExtras) {
  return <H extends Handler<T>>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<H>) => {
    Payload()(target, method, 0);
    Ctx()(target, method, 1);
    UseFilters(OriginalError)(target, method, descriptor);
    EventPattern<string>(topic.name, extras)(target, method, descriptor);
  };
}
