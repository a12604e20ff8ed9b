import { seed } from '@homerealm/entra-simulator/seed';
import { control } from '../seed/simulator.js';
import type { Place } from './demo-connection.js';

/** Somebody nobody has met before: the address is new each time. */
export type Somebody = { givenName: string; familyName: string; email: string };
type Account = { remove(): Promise<void> };

const password = 'Simulator-demo-1';

/** An account at a company of the simulated Entra, in a few of its groups. */
export async function hireAt(
  company: 'contoso' | 'fabrikam',
  { givenName, familyName, email }: Somebody,
  { file: { urls }, ca }: Place,
): Promise<Account & { password: string }> {
  const person = {
    ...{ tenant: seed.tenants[company].id, userPrincipalName: email, mail: email, password },
    ...{ displayName: `${givenName} ${familyName}`, givenName, surname: familyName },
    groups: seed.groups.flatMap(({ id, tenantId }) => (tenantId === seed.tenants[company].id ? [id] : [])).slice(0, 3),
  };
  const { oid } = await control<{ oid: string }>(urls.simulator, ca, 'POST', 'users', person);
  return { password, remove: () => control(urls.simulator, ca, 'DELETE', `users/${oid}`) };
}

/** An account at a social provider, which says that the address is verified. The number is the tile to press. */
export async function joinAt(
  provider: 'google' | 'linkedin',
  somebody: Somebody,
  { file: { urls }, ca }: Place,
): Promise<Account & { tile: string }> {
  const person = { provider, ...somebody, emailVerified: true };
  const { id } = await control<{ id: number }>(urls.simulator, ca, 'POST', 'social-people', person);
  return { tile: String(id), remove: () => control(urls.simulator, ca, 'DELETE', `social-people/${id}`) };
}
