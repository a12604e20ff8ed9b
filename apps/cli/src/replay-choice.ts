import { type ReplayFrom, type TopicState, withTableMates } from '@homerealm/events/operations';
import { PlainFailure } from './failures.js';

export type Choice = TopicState;

/**
 * The topics to replay: the named ones or all that the consumer reads, and those that fill the same tables.
 * @throws PlainFailure when this is not the consumer's database
 */
export function chooseTopics(
  consumer: string,
  named: readonly string[],
  states: readonly TopicState[],
  from: ReplayFrom,
): Choice[] {
  if (states.length === 0) {
    throw new PlainFailure(`This database knows no consumer ${consumer}: is it the database of another service?`);
  }
  const unread = named.filter((name) => !states.some(({ topic }) => topic === name));
  if (unread.length > 0) throw new PlainFailure(`${consumer} has read nothing of ${unread.join(', ')}.`);
  const chosen = named.length > 0 ? named : states.map(({ topic }) => topic);
  const topics = from === 'beginning' ? withTableMates(chosen, states) : chosen;
  return states.filter(({ topic }) => topics.includes(topic));
}
