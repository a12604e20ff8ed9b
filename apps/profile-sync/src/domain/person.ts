import type { AttemptId, ConnectionId, UpstreamClaims, UserId } from '@homerealm/domain';
import type { GroupsState } from './decide-groups.js';
import type { RefreshTarget } from './plan-refresh.js';

/** Where the newest claims of a user came from, and what was done with them. */
export type ClaimsSource = {
  connectionId: ConnectionId;
  attemptId: AttemptId;
  asOf: string;
  claims: UpstreamClaims;
  /** Why the profile values were taken over, or were not. */
  outcome: string;
};

/** A reading of groups that is still owed. */
export type OwedRefresh = RefreshTarget & { connectionId: ConnectionId; tries: number; nextAt: Date };

/** What this service remembers of a user. */
export type Person = {
  userId: UserId;
  claims: ClaimsSource | null;
  groups: GroupsState | null;
  refresh: OwedRefresh | null;
  /** The user was deleted: nothing is remembered, and nothing that arrives late is taken in. */
  erased: boolean;
};

export const stranger = (userId: UserId): Person => ({
  userId,
  claims: null,
  groups: null,
  refresh: null,
  erased: false,
});
