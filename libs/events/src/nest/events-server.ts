import type { AnyTopic } from '@homerealm/contracts';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { backoff, pause } from '../core/backoff.js';
import { Consumer, type Handle } from '../core/consumer.js';
import type { Database } from '../core/database.js';
import type { EventLog, Subscription } from '../core/event-log.port.js';
import { fingerprint, type Says } from '../core/log.js';
import { metrics } from '../core/metrics.js';
import type { EventContext } from './consumes.js';

export type EventsServerOptions = {
  service: string;
  database: Database;
  log: EventLog;
  says: Says;
  /** Called when the consumer died twice within a minute: end the process, so that a fresh one takes over. */
  onFatal: (error: unknown) => void;
};

/**
 * The transport that brings events to controllers. Connect it with `app.get(EventsServer)` as the strategy. It joins
 * the group in the background: a log that is down keeps no service from starting.
 */
export class EventsServer extends Server implements CustomTransportStrategy {
  override transportId = Symbol('events');
  override propagatesEventHandlerErrors = true;
  private readonly stopping = new AbortController();
  private joining: Promise<void> | undefined;
  private subscription: Subscription | undefined;
  private consumer: Consumer | undefined;
  private lastDeath = -Infinity;
  state: 'idle' | 'joining' | 'up' | 'down' = 'idle';

  constructor(private readonly options: EventsServerOptions) {
    super();
  }

  listen(ready: (error?: unknown) => void): void {
    try {
      const topics = this.topics();
      if (topics.length > 0) this.joining = this.join(topics);
      ready();
    } catch (error) {
      ready(error);
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.joining;
    await this.subscription?.close();
    this.subscription = undefined;
    this.enter('down');
  }

  /** Partitions that wait for something outside, and since when. */
  get stuckSince(): ReadonlyMap<string, Date> {
    return this.consumer?.stuckSince ?? new Map();
  }

  override on(): never {
    throw new Error('The event transport has no events of its own.');
  }

  override unwrap<T>(): T {
    throw new Error('The event log is not for direct use.');
  }

  private topics(): AnyTopic[] {
    return [...this.messageHandlers.values()].map((handler) => {
      const topic = (handler.extras as { topic?: AnyTopic } | undefined)?.topic;
      if (!topic) throw new Error('Use @Consumes(topic) instead of @EventPattern or @MessagePattern.');
      if (handler.next) throw new Error(`${topic.name} has two handlers; one would run again when the other fails.`);
      if (topic.readers !== 'any' && !topic.readers.includes(this.options.service)) {
        throw new Error(`${this.options.service} is not a reader of ${topic.name}.`);
      }
      return topic;
    });
  }

  private async join(topics: AnyTopic[]): Promise<void> {
    const { service, database, log, says } = this.options;
    this.enter('joining');
    const consumer = new Consumer({ service, database, topics, says, handle: this.dispatch });
    this.consumer = consumer;
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      try {
        this.subscription = await log.subscribe({
          group: service,
          topics,
          handle: consumer.handleBatch,
          onState: (state, error) => this.hear(state, error, topics),
        });
        return;
      } catch (error) {
        if (tries === 0) says.warn(`Cannot join the event log yet: ${fingerprint(error)}`);
        await pause(backoff(tries, 200, 2000), this.stopping.signal);
      }
    }
  }

  private hear(state: 'up' | 'down' | 'dead', error: unknown, topics: AnyTopic[]): void {
    if (this.stopping.signal.aborted) return;
    if (state !== 'dead') return this.enter(state, error);
    this.enter('down', error);
    const again = Date.now() - this.lastDeath < 60_000;
    this.lastDeath = Date.now();
    if (again) return this.options.onFatal(error);
    const dead = this.subscription;
    this.subscription = undefined;
    this.joining = (dead?.close() ?? Promise.resolve()).then(() => this.join(topics));
  }

  private enter(state: EventsServer['state'], error?: unknown): void {
    if (state === this.state) return;
    const { says, service } = this.options;
    if (state === 'up') says.info('Receiving events.');
    if (state === 'down' && !this.stopping.signal.aborted) says.warn(`Receiving no events: ${fingerprint(error)}`);
    metrics.consumerUp.set({ service }, state === 'up' ? 1 : 0);
    this.state = state;
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
