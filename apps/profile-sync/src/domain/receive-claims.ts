import type { ProfileClaimsEvent, ProfileEvent } from '@homerealm/contracts';
import { decideGroups, type GroupsSynced } from './decide-groups.js';
import { decideProfileSync, effectivePolicy, type ProfileDecision } from './decide-profile-sync.js';
import type { OwedRefresh, Person } from './person.js';
import { refreshTarget } from './plan-refresh.js';

export type Received = ProfileClaimsEvent['data'];
export type Happened =
  { type: 'ProfileSynced'; data: ProfileEvent['data'] } | { type: 'GroupsSynced'; data: GroupsSynced };

export type ClaimsDecision = { person: Person; happened: Happened[] };

/** What the claims of one sign-in change: profile by policy, groups by time; nothing for a user that was erased. */
export function receiveClaims(
  received: Received,
  person: Person,
  environmentSyncs: boolean,
  now: Date,
): ClaimsDecision {
  if (person.erased) return { person, happened: [] };
  const { syncProfile, account } = received;
  const profile = decideProfileSync(account, effectivePolicy(syncProfile, environmentSyncs));
  const withClaims = { ...person, claims: newestClaims(received, person, profile) };
  const withGroups = takeGroups(received, withClaims, now);
  return { person: withGroups.person, happened: [...synced(received, profile), ...withGroups.happened] };
}

function newestClaims({ connectionId, attemptId, account }: Received, { claims }: Person, profile: ProfileDecision) {
  if (claims !== null && Date.parse(account.asOf) < Date.parse(claims.asOf)) return claims;
  const outcome = profile.sync ? profile.policy : profile.because;
  return { connectionId, attemptId, asOf: account.asOf, claims: account.claims, outcome };
}

function synced({ userId, connectionId, attemptId, account }: Received, decision: ProfileDecision): Happened[] {
  if (!decision.sync) return [];
  const { profile, policy } = decision;
  return [{ type: 'ProfileSynced', data: { userId, connectionId, attemptId, asOf: account.asOf, profile, policy } }];
}

function takeGroups({ userId, connectionId, attemptId, account }: Received, person: Person, now: Date): ClaimsDecision {
  if (account.groups === undefined) return { person, happened: [] };
  const { groups } = account;
  const decision = decideGroups({ userId, connectionId, attemptId, groups }, person.groups ?? undefined);
  if (decision.outcome === 'stale') return { person, happened: [] };
  const target = refreshTarget(account.key, groups);
  const refresh: OwedRefresh | null = target ? { ...target, connectionId, tries: 0, nextAt: now } : null;
  return {
    person: { ...person, groups: decision.state, refresh },
    happened: [{ type: 'GroupsSynced', data: decision.happened }],
  };
}
