import type { ProfileEvent } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';

export type SyncSetting = 'on' | 'off' | 'inherit';
export type SyncPolicy = 'connection-on' | 'connection-off' | 'environment-on' | 'environment-off';
export type SyncedProfile = ProfileEvent['data']['profile'];

/** The connection's explicit word wins; without one the environment decides. */
export function effectivePolicy(connection: SyncSetting, environmentSyncs: boolean): SyncPolicy {
  if (connection !== 'inherit') return `connection-${connection}`;
  return environmentSyncs ? 'environment-on' : 'environment-off';
}

export type ProfileDecision =
  | { sync: true; policy: 'connection-on' | 'environment-on'; profile: SyncedProfile }
  | { sync: false; because: 'connection-off' | 'environment-off' | 'nothing-supplied' };

/**
 * Whether the profile values of a sign-in are to be taken over. Their age is no question here: a sign-in that arrives
 * late may hold the newest word on one field, so whoever keeps the profile puts each field in order.
 */
export function decideProfileSync({ claims }: Pick<UpstreamAccount, 'claims'>, policy: SyncPolicy): ProfileDecision {
  if (policy === 'connection-off' || policy === 'environment-off') return { sync: false, because: policy };
  const profile = suppliedProfile(claims);
  if (Object.keys(profile).length === 0) return { sync: false, because: 'nothing-supplied' };
  return { sync: true, policy, profile };
}

/** A value the provider left out, or left empty, is no new value. */
function suppliedProfile({ givenName, familyName, picture }: UpstreamAccount['claims']): SyncedProfile {
  const supplied = Object.entries({ givenName, familyName, picture }).filter(([, value]) => value?.trim());
  return Object.fromEntries(supplied);
}
