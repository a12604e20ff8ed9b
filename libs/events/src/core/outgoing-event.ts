import type { AnyTopic, EventDeclaration, Topic } from '@homerealm/contracts';
import type { z } from 'zod';

/** Something that happened, to be appended to the outbox. Made by `event` and `tombstone` only. */
export type OutgoingEvent = {
  readonly topic: AnyTopic;
  readonly type: string;
  readonly subject: string;
  /** null is a tombstone. */
  readonly data: unknown;
};

/**
 * Says that something happened. The data is checked against the contract when it is appended.
 * @param subject the aggregate's id: key of the record and unit of order
 */
export function event<Events extends Record<string, EventDeclaration>, Type extends keyof Events & string>(
  topic: Topic<Events>,
  type: Type,
  subject: string,
  data: z.input<Events[Type]['data']>,
): OutgoingEvent {
  return { topic, type, subject, data };
}

/**
 * Erases a subject from a state topic.
 * @throws TypeError when the topic is not a state topic
 */
export function tombstone(stateTopic: AnyTopic, subject: string): OutgoingEvent {
  const [type] = Object.keys(stateTopic.events);
  if (stateTopic.policy.cleanup !== 'compact' || !type) throw new TypeError(`${stateTopic.name} is not a state topic`);
  return { topic: stateTopic, type, subject, data: null };
}
