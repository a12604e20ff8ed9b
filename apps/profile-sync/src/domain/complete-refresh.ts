import type { GroupSet } from '@homerealm/domain';
import { decideGroups } from './decide-groups.js';
import type { OwedRefresh, Person } from './person.js';
import { nextTryIn } from './plan-refresh.js';
import type { ClaimsDecision } from './receive-claims.js';

/**
 * What a background reading changes. A complete one is told; one that failed is tried again later and told to nobody,
 * because the groups were unknown already. A newer sign-in has replaced or settled what was owed: then nothing.
 */
export function completeRefresh(owed: OwedRefresh, reading: GroupSet, person: Person, now: Date): ClaimsDecision {
  if (person.erased || person.refresh === null || !isSame(owed, person.refresh)) return { person, happened: [] };
  if (reading.completeness === 'unknown') return { person: postpone(owed, person, now), happened: [] };
  const { userId } = person;
  const { connectionId } = owed;
  const settled = { ...person, refresh: null };
  const decision = decideGroups({ userId, connectionId, attemptId: null, groups: reading }, person.groups ?? undefined);
  if (decision.outcome === 'stale') return { person: settled, happened: [] };
  return {
    person: { ...settled, groups: decision.state },
    happened: [{ type: 'GroupsSynced', data: decision.happened }],
  };
}

const isSame = (one: OwedRefresh, other: OwedRefresh): boolean =>
  one.connectionId === other.connectionId && one.objectId === other.objectId && one.tries === other.tries;

function postpone(owed: OwedRefresh, person: Person, now: Date): Person {
  const delay = nextTryIn(owed.tries);
  const refresh = delay === undefined ? null : { ...owed, nextAt: new Date(now.getTime() + delay) };
  return { ...person, refresh };
}
