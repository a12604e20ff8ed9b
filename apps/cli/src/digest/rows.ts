import { digestOf, type Numbers } from '@homerealm/events/operations';
import type { TopicReading } from './read-topic.js';

/** `organization` is an id, or `all` for every subject together, or `none` for users without an organization. */
export type DigestRow = { organization: string; numbers: Numbers; digest: string };

/** What the log says: a row for all, and on topics about users one for each organization and one for `none`. */
export const rowsOf = ({ known, organizations }: TopicReading): DigestRow[] =>
  groupNumbers(
    new Map([...known].flatMap(([subject, { number, erased }]) => (erased ? [] : [[subject, number]]))),
    organizations,
  );

export function groupNumbers(numbers: Numbers, organizations: TopicReading['organizations']): DigestRow[] {
  const groups = new Map<string, Map<string, number>>([['all', new Map(numbers)]]);
  if (organizations) {
    for (const [subject, number] of numbers) {
      for (const group of groupsOf(subject, organizations)) {
        groups.set(group, (groups.get(group) ?? new Map<string, number>()).set(subject, number));
      }
    }
  }
  return [...groups]
    .map(([organization, members]) => ({ organization, numbers: members, digest: digestOf(members) }))
    .sort((one, other) => (sortKey(one.organization) < sortKey(other.organization) ? -1 : 1));
}

/** `all` first, `none` last. */
const sortKey = (organization: string): string => ({ all: '0', none: '2' })[organization] ?? `1${organization}`;

/** The organizations of a user, or `none`. */
export function groupsOf(subject: string, organizations: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = organizations.get(subject) ?? [];
  return found.length > 0 ? found : ['none'];
}
