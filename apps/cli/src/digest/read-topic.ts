import { type AnyTopic, userStateTopic } from '@homerealm/contracts';
import {
  type EventLog,
  type Known,
  knownSubjects,
  type LastRecord,
  readLastRecords,
} from '@homerealm/events/operations';
import { existingTopics } from '../existing-topics.js';

/** What the log holds of a topic's subjects. */
export type TopicReading = {
  known: ReadonlyMap<string, Known>;
  /** Organizations of each user; null where the subjects of the topic are not users. */
  organizations: ReadonlyMap<string, readonly string[]> | null;
};

/** @param states the state topics of this topic, if it is an event topic that has any */
export async function readTopic(log: EventLog, topic: AnyTopic, states: readonly AnyTopic[]): Promise<TopicReading> {
  const isAboutUsers = topic.key === 'userId';
  const wanted = new Set([topic, ...states, ...(isAboutUsers ? [userStateTopic as AnyTopic] : [])]);
  const organizations = new Map<string, readonly string[]>();
  const records = new Map<string, Map<string, LastRecord>>();
  for (const each of await existingTopics(log, [...wanted])) {
    const found = await readLastRecords(log, each, ({ key, value }) => {
      if (each.name === userStateTopic.name && key !== null) organizations.set(key, organizationsIn(value));
    });
    records.set(each.name, found);
  }
  const of = ({ name }: AnyTopic) => records.get(name) ?? new Map<string, LastRecord>();
  const known = knownSubjects(topic, of(topic), states.map(of));
  if (!isAboutUsers) return { known, organizations: null };
  return { known: withErased(known, of(userStateTopic)), organizations };
}

/** A user who was erased is erased in every topic about users, also in those that cannot say so themselves. */
function withErased(known: ReadonlyMap<string, Known>, users: ReadonlyMap<string, LastRecord>): Map<string, Known> {
  return new Map(
    [...known].map(([id, { number, erased }]) => [id, { number, erased: erased || !!users.get(id)?.erased }]),
  );
}

/** A state that cannot be read names no organization. */
function organizationsIn(value: string | null): readonly string[] {
  if (value === null) return [];
  try {
    const outcome = userStateTopic.events.UserState.data.safeParse(JSON.parse(value));
    return outcome.success ? outcome.data.organizations : [];
  } catch {
    return [];
  }
}
