import type { PoliciesResponse } from '@homerealm/contracts';
import type { AdminApi } from './admin-api.js';

/** People without a company may sign in and up by email. Policies that somebody has changed stay as they are. */
export async function ensurePolicies(api: AdminApi, registry: string): Promise<void> {
  const policies = await api.get<PoliciesResponse>(`${registry}/policies`);
  if (policies.revision === 1) await api.patch(`${registry}/policies`, { ownSignIn: { email: true, signUp: true } });
}
