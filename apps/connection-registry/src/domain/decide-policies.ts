import {
  type EnvironmentPolicies,
  type OwnSignInPolicies,
  ownSignInDefaults,
  type PoliciesChange,
} from '@homerealm/contracts';
import { sortedJson } from './sorted-json.js';

/** The policies as this service holds them: none is missing. */
export type Policies = Required<EnvironmentPolicies>;

/** Policies of an environment nobody has touched. */
export const initialPolicies: Policies = { revision: 1, syncProfiles: true, ownSignIn: ownSignInDefaults };

export type PolicyDecision = { policies: Policies; changed: string[] };

/** Applies a change; null takes a policy back to its default. Undefined when nothing differs. */
export function decidePolicies(now: Policies, change: PoliciesChange): PolicyDecision | undefined {
  const wanted = {
    syncProfiles:
      change.syncProfiles === undefined ? now.syncProfiles : (change.syncProfiles ?? initialPolicies.syncProfiles),
    ownSignIn: ownSignInAfter(now.ownSignIn, change.ownSignIn),
  };
  const changed = (['syncProfiles', 'ownSignIn'] as const).filter(
    (policy) => sortedJson(wanted[policy]) !== sortedJson(now[policy]),
  );
  if (changed.length === 0) return undefined;
  return { policies: { revision: now.revision + 1, ...wanted }, changed };
}

function ownSignInAfter(now: OwnSignInPolicies, change: PoliciesChange['ownSignIn']): OwnSignInPolicies {
  if (change === null) return ownSignInDefaults;
  const after = (way: keyof OwnSignInPolicies) => {
    const wanted = change?.[way];
    return wanted === undefined ? now[way] : (wanted ?? ownSignInDefaults[way]);
  };
  return { email: after('email'), phone: after('phone'), username: after('username'), signUp: after('signUp') };
}
