import type { ConnectionResponse } from '@homerealm/contracts';
import type { AdminApi } from './admin-api.js';
import type { Company } from './companies.js';

/**
 * The company's connection, made, brought up to date and enabled as needed. The authority is the simulator's address,
 * which moves with the port base.
 */
export async function ensureConnection(
  api: AdminApi,
  registry: string,
  { company, organizationId, authority }: { company: Company; organizationId: string; authority: string },
): Promise<ConnectionResponse> {
  const connections = `${registry}/connections`;
  const page = await api.get<{ items: ConnectionResponse[] }>(`${connections}?name=${company.connection}`);
  let connection =
    page.items[0] ?? (await api.post<ConnectionResponse>(connections, toNew({ company, organizationId, authority })));
  const address = `${connections}/${connection.connectionId}`;
  if (!('authority' in connection) || connection.authority !== authority)
    connection = await api.patch(address, { authority });
  if (connection.state !== 'enabled') {
    connection = await api.post(`${address}/enable`, { override: true, reason: 'local demo' });
  }
  return connection;
}

const toNew = (wanted: { company: Company; organizationId: string; authority: string }) => ({
  strategy: 'entra-oauth2',
  name: wanted.company.connection,
  displayName: wanted.company.name,
  organizationId: wanted.organizationId,
  entraDomain: wanted.company.tenantId,
  authority: wanted.authority,
  clientId: wanted.company.app.clientId,
  clientSecret: wanted.company.app.secret,
  homeRealmDomains: [wanted.company.domain],
  trustedProvider: true,
  createUsers: true,
  autoJoinOrganization: true,
  getUserGroups: true,
  backgroundGroups: true,
  extendedProfile: wanted.company.extendedProfile,
});
