import type { AnyTopic } from '../define-topic.js';
import { jsonSchemaOf, type JsonSchema } from '../json-schema.js';
import { type Demand, misfits } from './misfits.js';

/** What a topic promises, as plain data: what stands in `released/<version>`. */
export type TopicContract = {
  name: string;
  owner: string;
  key: string;
  cleanup: 'delete' | 'compact';
  partitions: number;
  readers: 'any' | readonly string[];
  stateOf?: string;
  /** JSON Schema of each event type, as consumers check it. */
  events: Record<string, JsonSchema>;
};

export type Rule =
  | 'topic-stays'
  | 'owner-stays'
  | 'key-stays'
  | 'cleanup-stays'
  | 'partitions-stay'
  | 'state-of-stays'
  | 'readers-stay'
  | 'event-stays'
  | Demand;

export type Break = { rule: Rule; where: string; says: string };

/** The promise of topics as they are declared. @throws Error when a shape cannot be said in JSON Schema */
export const contractsOf = (topics: readonly AnyTopic[]): TopicContract[] =>
  topics.map((topic) => ({
    name: topic.name,
    owner: topic.owner,
    key: topic.key,
    cleanup: topic.policy.cleanup,
    partitions: topic.partitions,
    readers: topic.readers,
    ...(topic.stateOf === undefined ? {} : { stateOf: topic.stateOf }),
    events: Object.fromEntries(Object.keys(topic.events).map((type) => [type, jsonSchemaOf(topic, type)])),
  }));

/**
 * What of today breaks a promise of a released version. Both ways count: today's consumers must read what the release
 * wrote (it is still in the log, and old producers run beside new ones), and consumers of the release must read what
 * today's producers write. New topics, new event types and fields that may be missing break nothing.
 * @throws UnknownSchemaError for a schema that cannot be compared
 */
export function breaks(released: readonly TopicContract[], today: readonly TopicContract[]): Break[] {
  return released.flatMap((before) => {
    const now = today.find(({ name }) => name === before.name);
    if (!now) return [{ rule: 'topic-stays', where: before.name, says: 'the topic is gone' } as const];
    return [...compareTopics(before, now), ...compareEvents(before, now)];
  });
}

function compareTopics(before: TopicContract, now: TopicContract): Break[] {
  const stays = (rule: Rule, was: unknown, is: unknown): Break[] =>
    was === is ? [] : [{ rule, where: before.name, says: `was ${String(was)}, is ${String(is)}` }];
  const { readers } = now;
  const lost = readers === 'any' ? [] : [before.readers].flat().filter((name) => !readers.includes(name));
  return [
    ...stays('owner-stays', before.owner, now.owner),
    ...stays('key-stays', before.key, now.key),
    ...stays('cleanup-stays', before.cleanup, now.cleanup),
    ...stays('partitions-stay', before.partitions, now.partitions),
    ...stays('state-of-stays', before.stateOf, now.stateOf),
    ...lost.map((name): Break => ({ rule: 'readers-stay', where: before.name, says: `${name} may read no more` })),
  ];
}

function compareEvents(before: TopicContract, now: TopicContract): Break[] {
  return Object.entries(before.events).flatMap(([type, old]): Break[] => {
    const where = `${before.name} ${type}`;
    const today = now.events[type];
    if (!today) return [{ rule: 'event-stays', where, says: 'the event type is gone' }];
    const both = [
      ...misfits(old, today).map((found) => ({ ...found, who: "today's consumers cannot read the release" })),
      ...misfits(today, old).map((found) => ({ ...found, who: 'consumers of the release cannot read today' })),
    ];
    return both.map(({ demand, path, says, who }) => ({
      rule: demand,
      where: path ? `${where}: ${path}` : where,
      says: `${who}: ${says}`,
    }));
  });
}
