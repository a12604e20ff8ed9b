import type { AnyTopic } from '@homerealm/contracts';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Handle } from '../core/consumer.js';
import { ConsumerGroup, type ConsumerGroupOptions, type GroupState } from '../core/consumer-group.js';
import type { EventContext, HandlerExtras } from './consumes.js';

export type EventsServerOptions = Pick<
  ConsumerGroupOptions,
  'service' | 'database' | 'log' | 'says' | 'concurrency' | 'onFatal'
>;

/**
 * The transport that brings events to controllers. Connect it with `app.get(EventsServer)` as the strategy. It joins
 * the group in the background: a log that is down keeps no service from starting.
 */
export class EventsServer extends Server implements CustomTransportStrategy {
  override transportId = Symbol('events');
  override propagatesEventHandlerErrors = true;
  private group: ConsumerGroup | undefined;

  constructor(private readonly options: EventsServerOptions) {
    super();
  }

  listen(ready: (error?: unknown) => void): void {
    try {
      const handlers = [...this.messageHandlers.values()].map((handler) => this.check(handler));
      const followed = handlers.filter(({ use }) => use === 'follow').map(({ topic }) => topic);
      if (handlers.length > 0) {
        this.group = new ConsumerGroup({
          ...this.options,
          topics: followed,
          startFrom: handlers.filter(({ use }) => use === 'start-from').map(({ topic }) => topic),
          together: (name) => handlers.some(({ topic, together }) => topic.name === name && together),
          handle: this.dispatch,
        });
        this.group.start();
      }
      ready();
    } catch (error) {
      ready(error);
    }
  }

  async close(): Promise<void> {
    await this.group?.close();
  }

  get state(): GroupState {
    return this.group?.state ?? 'idle';
  }

  /** Partitions that wait for something outside, and since when. */
  get stuckSince(): ReadonlyMap<string, Date> {
    return this.group?.stuckSince ?? new Map();
  }

  override on(): never {
    throw new Error('The event transport has no events of its own.');
  }

  override unwrap<T>(): T {
    throw new Error('The event log is not for direct use.');
  }

  private check(handler: MessageHandler): HandlerExtras {
    const extras = handler.extras as Partial<HandlerExtras> | undefined;
    const topic: AnyTopic | undefined = extras?.topic;
    if (!topic) throw new Error('Use @Consumes(topic) instead of @EventPattern or @MessagePattern.');
    if (handler.next) throw new Error(`${topic.name} has two handlers; one would run again when the other fails.`);
    if (topic.readers !== 'any' && !topic.readers.includes(this.options.service)) {
      throw new Error(`${this.options.service} is not a reader of ${topic.name}.`);
    }
    return { topic, use: extras?.use ?? 'follow', together: extras?.together ?? false };
  }

  /** Ordinary Nest from here on: guards, pipes and interceptors of the controller run, and its errors come back. */
  private readonly dispatch: Handle = async (event, { revision }, { topic, partition, offset, headers }) => {
    const handler = this.messageHandlers.get(topic);
    if (!handler) throw new Error(`${topic} has no handler`);
    const context: EventContext = { topic, partition, offset, revision, headers };
    const result: unknown = await handler(event, context);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  };
}
