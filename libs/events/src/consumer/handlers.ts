import type { AnyTopic, EventOf, ReceivedEvent, StateEventOf } from '@homerealm/contracts';
import type { EventContext, SqlContext } from './context.js';

export type Use = 'follow' | 'start-from';

/** A topic, with what is done about its events. Made by `on`, `onState` and `startFrom`. */
export type TopicHandler<Context = SqlContext> = {
  topic: AnyTopic;
  use: Use;
  together: boolean;
  tables: readonly string[];
  /** Whether there is anything to do for events of the type. */
  hears(type: string): boolean;
  handle(event: ReceivedEvent<string, unknown>, context: Context): unknown;
};

export type HandlerOptions = {
  /**
   * Events that wait may share a transaction. Much faster when many wait; only for handlers without an effect outside
   * the database, because they may run again after another event of the batch failed. Only with an inbox in Postgres.
   */
  together?: boolean;
  /** Tables that hold nothing but what this topic told: a replay begins with empty ones. Only with Postgres. */
  tables?: readonly string[];
};

type Handler<Event, Context> = (event: Event, context: Context) => unknown;

/** A handler for each type; events of other types are passed over. */
export type HandlersByType<T extends AnyTopic, Context> = {
  [Type in keyof T['events'] & string]?: Handler<Extract<EventOf<T>, { type: Type }>, Context>;
};

/**
 * Follows an event topic: every event once, in order for each subject. What a handler throws is retried (the world
 * failed) or stops the subject (the event fails), so it must catch nothing that it cannot mend.
 * @param handler for all events, or one for each type of interest
 * @throws Error for a state topic
 */
export function on<T extends AnyTopic, Context extends EventContext = SqlContext>(
  topic: T,
  handler: Handler<EventOf<T>, Context> | HandlersByType<T, Context>,
  options: HandlerOptions = {},
): TopicHandler<Context> {
  if (topic.policy.cleanup === 'compact') throw new Error(`${topic.name} holds states: use onState or startFrom`);
  if (typeof handler === 'function') return handles('follow', topic, handler, options);
  return { ...handles('follow', topic, pick(handler), options), hears: (type) => Object.hasOwn(handler, type) };
}

/**
 * Follows a state topic: the newest state of each subject, and not every one in between. `data` is null when the
 * subject was erased.
 * @throws Error for an event topic
 */
export function onState<T extends AnyTopic, Context extends EventContext = SqlContext>(
  topic: T,
  handler: Handler<StateEventOf<T>, Context>,
  options: HandlerOptions = {},
): TopicHandler<Context> {
  if (topic.policy.cleanup !== 'compact') throw new Error(`${topic.name} holds events: use on`);
  return handles('follow', topic, handler, options);
}

/**
 * Begins with how things are: a new consumer is given every state once, before the first event of the topic whose state
 * it is, and events go on from there. `data` is null where a subject was erased. The event topic must be followed too.
 * @throws Error for a topic that is nobody's state
 */
export function startFrom<T extends AnyTopic, Context extends EventContext = SqlContext>(
  topic: T,
  handler: Handler<StateEventOf<T>, Context>,
  options: HandlerOptions = {},
): TopicHandler<Context> {
  if (!topic.stateOf) throw new Error(`${topic.name} is not the state of another topic`);
  return handles('start-from', topic, handler, { together: true, ...options });
}

function handles<Event, Context>(
  use: Use,
  topic: AnyTopic,
  handler: Handler<Event, Context>,
  { together = false, tables = [] }: HandlerOptions,
): TopicHandler<Context> {
  // Events are checked against their topic's contract before they come here.
  const handle = (event: unknown, context: Context) => handler(event as Event, context);
  return { topic, use, together, tables, hears: () => true, handle };
}

function pick<T extends AnyTopic, Context>(handlers: HandlersByType<T, Context>): Handler<EventOf<T>, Context> {
  const byType = new Map(Object.entries<unknown>(handlers)) as Map<string, Handler<EventOf<T>, Context>>;
  return (event, context) => byType.get(event.type)?.(event, context);
}

/** What a consumer does, by topic. */
export type Plan<Context> = {
  followed: AnyTopic[];
  startFrom: AnyTopic[];
  handlerOf(topic: string): TopicHandler<Context>;
};

/** @throws Error in plain words when the handlers do not go together */
export function planOf<Context>(name: string, handlers: readonly TopicHandler<Context>[]): Plan<Context> {
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) throw new Error('A consumer is named in kebab-case, as in billing-export.');
  const byTopic = new Map<string, TopicHandler<Context>>();
  for (const handler of handlers) {
    const { topic } = handler;
    if (byTopic.has(topic.name)) throw new Error(`${topic.name} has two handlers; one would run again for the other.`);
    if (topic.readers !== 'any' && !topic.readers.includes(name))
      throw new Error(`${name} may not read ${topic.name}.`);
    byTopic.set(topic.name, handler);
  }
  const used = (use: Use) => handlers.filter((each) => each.use === use).map(({ topic }) => topic);
  const [followed, starts] = [used('follow'), used('start-from')];
  if (followed.length === 0) throw new Error(`${name} follows no topic.`);
  const alone = starts.find(({ stateOf }) => !followed.some((topic) => topic.name === stateOf));
  if (alone) throw new Error(`${alone.name} only gives the start: ${alone.stateOf} has to be followed too.`);
  const handlerOf = (topic: string) => {
    const handler = byTopic.get(topic);
    if (!handler) throw new Error(`${topic} has no handler`);
    return handler;
  };
  return { followed, startFrom: starts, handlerOf };
}
