import type { EnvironmentPolicies, PoliciesChange } from '@homerealm/contracts';

/** Policies of an environment nobody has touched. */
export const initialPolicies: EnvironmentPolicies = { revision: 1, syncProfiles: true };

export type PolicyDecision = { policies: EnvironmentPolicies; changed: string[] };

/** Applies a change; null takes a policy back to its default. Undefined when nothing differs. */
export function decidePolicies(now: EnvironmentPolicies, change: PoliciesChange): PolicyDecision | undefined {
  if (change.syncProfiles === undefined) return undefined;
  const syncProfiles = change.syncProfiles ?? initialPolicies.syncProfiles;
  if (syncProfiles === now.syncProfiles) return undefined;
  return { policies: { revision: now.revision + 1, syncProfiles }, changed: ['syncProfiles'] };
}
