import type { GroupsEvent, GroupsStateEvent } from '@homerealm/contracts';
import type { AttemptId, ConnectionId, GroupSet, UserId } from '@homerealm/domain';

/** What is known of a user's groups. */
export type GroupsState = GroupsStateEvent['data'];
export type GroupsSynced = GroupsEvent['data'];

export type GroupsReading = {
  userId: UserId;
  connectionId: ConnectionId;
  attemptId: AttemptId | null;
  groups: GroupSet;
};

export type GroupsDecision = { outcome: 'stale' } | { outcome: 'synced'; state: GroupsState; happened: GroupsSynced };

/**
 * What a reading of somebody's groups changes. An older reading changes nothing. An unknown one removes nobody from
 * anything: the last complete set stays, marked as no longer confirmed.
 */
export function decideGroups(reading: GroupsReading, known: GroupsState | undefined): GroupsDecision {
  const { userId, connectionId, attemptId, groups } = reading;
  if (known !== undefined && Date.parse(groups.asOf) < Date.parse(known.asOf)) return { outcome: 'stale' };

  const about = { userId, connectionId, asOf: groups.asOf };
  if (groups.completeness === 'unknown') {
    const { reason } = groups;
    return {
      outcome: 'synced',
      state: {
        ...about,
        completeness: 'unknown',
        groups: known?.groups ?? null,
        groupsAsOf: known?.groupsAsOf ?? null,
      },
      happened: { ...about, attemptId, completeness: 'unknown', reason },
    };
  }
  const now = sortedSet(groups.groups);
  const before = new Set(known?.groups ?? []);
  return {
    outcome: 'synced',
    state: { ...about, completeness: 'complete', groups: now, groupsAsOf: groups.asOf },
    happened: {
      ...about,
      attemptId,
      completeness: 'complete',
      source: groups.source,
      groups: now,
      added: now.filter((group) => !before.has(group)),
      removed: without(before, now),
    },
  };
}

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort();

function without(before: ReadonlySet<string>, now: readonly string[]): string[] {
  const kept = new Set(now);
  return [...before].filter((group) => !kept.has(group)).sort();
}
