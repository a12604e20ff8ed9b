import { z } from 'zod';

/** One event type of a topic: a sentence for the docs and the shape of its data. */
export type EventDeclaration = {
  says: string;
  data: z.ZodType;
  example: unknown;
  /** More examples, by a name in kebab-case: every branch of the shape stands in at least one. */
  examples?: Record<string, unknown>;
  /** The subject is gone: consumers forget what they put aside about it. */
  erases?: true;
};

export type TopicPolicy =
  /** Tells what happened; kept for a while. */
  | { cleanup: 'delete'; retentionDays: number }
  /** Tells how things are; the last record of a key stays, a tombstone erases it. */
  | { cleanup: 'compact' };

export type Topic<Events extends Record<string, EventDeclaration> = Record<string, EventDeclaration>> = {
  /** `<owner>.<aggregate>.v<N>`. */
  name: string;
  /** The only service that publishes here. */
  owner: string;
  says: string;
  /** Which field of the data is the key, and so the unit of order. */
  key: string;
  policy: TopicPolicy;
  partitions: number;
  /** Topics with personal data or sealed secrets: only listed services may read them. */
  readers: 'any' | readonly string[];
  /** A state topic names the event topic it is the state of: a record carries that topic's sequence. */
  stateOf?: string;
  events: Events;
};

export type AnyTopic = Topic<Record<string, EventDeclaration>>;

/** The union of a topic's events, narrowed by `type`. State topics can also bring `data: null`, the tombstone. */
export type EventOf<T extends { events: Record<string, EventDeclaration> }> = {
  [Type in keyof T['events'] & string]: ReceivedEvent<Type, z.output<T['events'][Type]['data']>>;
}[keyof T['events'] & string];

/** What a consumer of a state topic gets: a state, or the tombstone that erases it. */
export type StateEventOf<T extends { events: Record<string, EventDeclaration> }> =
  EventOf<T> | ReceivedEvent<keyof T['events'] & string, null>;

/** An event as a consumer gets it: CloudEvents 1.0 attributes and checked data. */
export type ReceivedEvent<Type extends string = string, Data = unknown> = {
  type: Type;
  id: string;
  source: string;
  /** The aggregate's id: the Kafka key. */
  subject: string;
  /** Contiguous from 1 for each topic and subject. */
  sequence: number;
  /** When it happened, ISO 8601 in UTC. */
  time: string;
  data: Data;
};

/** Declares a topic once. Type, runtime check, JSON Schema, docs and broker set-up all come from this. */
export function defineTopic<const Events extends Record<string, EventDeclaration>>(
  topic: Omit<Topic<Events>, 'partitions'> & { partitions?: number },
): Topic<Events> {
  return { partitions: 6, ...topic };
}
