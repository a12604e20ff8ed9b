import type { AttemptId, ConnectionId, UserId } from '@homerealm/domain';
import type { GroupsState } from '../domain/decide-groups.js';
import type { ClaimsSource, OwedRefresh, Person } from '../domain/person.js';
import type { PersonEntity } from './person.entity.js';

export const toPerson = (row: PersonEntity): Person => ({
  userId: row.userId as UserId,
  erased: row.erased,
  claims: toClaims(row),
  groups: toGroups(row),
  refresh: toRefresh(row),
});

function toClaims(row: PersonEntity): ClaimsSource | null {
  if (row.claims === null || row.claimsAsOf === null) return null;
  return {
    connectionId: row.claimsConnectionId as ConnectionId,
    attemptId: row.claimsAttemptId as AttemptId,
    asOf: row.claimsAsOf.toISOString(),
    claims: row.claims,
    outcome: row.claimsOutcome ?? '',
  };
}

function toGroups(row: PersonEntity): GroupsState | null {
  if (row.groupsCompleteness === null || row.groupsAsOf === null) return null;
  return {
    userId: row.userId as UserId,
    connectionId: row.groupsConnectionId as ConnectionId,
    completeness: row.groupsCompleteness,
    asOf: row.groupsAsOf.toISOString(),
    groups: row.groups,
    groupsAsOf: row.groupsReadAt?.toISOString() ?? null,
  };
}

export type RefreshColumns = Pick<
  PersonEntity,
  'refreshConnectionId' | 'refreshTenantId' | 'refreshObjectId' | 'refreshTries' | 'refreshNextAt'
>;

export function toRefresh(row: RefreshColumns): OwedRefresh | null {
  if (row.refreshNextAt === null) return null;
  return {
    connectionId: row.refreshConnectionId as ConnectionId,
    tenantId: row.refreshTenantId ?? '',
    objectId: row.refreshObjectId ?? '',
    tries: row.refreshTries ?? 0,
    nextAt: row.refreshNextAt,
  };
}

export const toRow = ({ userId, erased, claims, groups, refresh }: Person): PersonEntity => ({
  userId,
  erased,
  claimsConnectionId: claims?.connectionId ?? null,
  claimsAttemptId: claims?.attemptId ?? null,
  claimsAsOf: claims && new Date(claims.asOf),
  claims: claims?.claims ?? null,
  claimsOutcome: claims?.outcome ?? null,
  groupsConnectionId: groups?.connectionId ?? null,
  groupsCompleteness: groups?.completeness ?? null,
  groupsAsOf: groups && new Date(groups.asOf),
  groups: groups?.groups ?? null,
  groupsReadAt: groups?.groupsAsOf ? new Date(groups.groupsAsOf) : null,
  refreshConnectionId: refresh?.connectionId ?? null,
  refreshTenantId: refresh?.tenantId ?? null,
  refreshObjectId: refresh?.objectId ?? null,
  refreshTries: refresh?.tries ?? null,
  refreshNextAt: refresh?.nextAt ?? null,
});
