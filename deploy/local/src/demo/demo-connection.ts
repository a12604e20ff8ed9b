import { randomBytes } from 'node:crypto';
import type { ConnectionResponse } from '@homerealm/contracts';
import type { LocalAccount, LocalFile } from '../local-file.js';
import type { AdminApi } from '../seed/admin-api.js';
import { companies } from '../seed/companies.js';
import { registerRedirectUri, unregisterRedirectUri } from '../seed/simulator.js';

/** A connection of the account's company, new and enabled; and the way to delete it again. */
export async function makeConnection(
  api: AdminApi,
  { urls }: LocalFile,
  account: LocalAccount,
  ca: string,
): Promise<{ connection: ConnectionResponse; remove(): Promise<void> }> {
  const company = companies.find(({ name }) => name === account.company);
  if (!company) throw new Error(`there is no company ${account.company}`);
  const connections = `${urls.registry}/connections`;
  const { connectionId } = await api.post<ConnectionResponse>(connections, {
    strategy: 'entra-oauth2',
    name: `demo-${randomBytes(4).toString('hex')}`,
    displayName: `${company.name} (npm run demo)`,
    organizationId: account.orgCode,
    entraDomain: company.tenantId,
    authority: urls.simulator,
    clientId: company.app.clientId,
    clientSecret: company.app.secret,
    createUsers: true,
    autoJoinOrganization: true,
    getUserGroups: true,
    extendedProfile: true,
  });
  let callbackUrl: string | undefined;
  const remove = async () => {
    await api.delete(`${connections}/${connectionId}`);
    if (callbackUrl) await unregisterRedirectUri(urls.simulator, ca, company, callbackUrl);
  };
  try {
    const enable = { override: true, reason: 'npm run demo' };
    const connection = await api.post<ConnectionResponse>(`${connections}/${connectionId}/enable`, enable);
    ({ callbackUrl } = connection);
    await registerRedirectUri(urls.simulator, ca, company, callbackUrl);
    return { connection, remove };
  } catch (problem) {
    await remove();
    throw problem;
  }
}
