import type { ConnectionResponse, FederationSetupResponse } from '@homerealm/contracts';
import { seed } from '@homerealm/entra-simulator/seed';
import type { AdminApi } from './admin-api.js';
import type { Company } from './companies.js';
import { registerFederation } from './simulator.js';

/** The other two doors of a company: an enterprise application each, and people choose them by a button. */
const doors = [
  { suffix: 'saml', strategy: 'entra-saml', by: 'SAML', app: seed.apps.contosoSaml },
  { suffix: 'wsfed', strategy: 'entra-wsfed', by: 'WS-Federation', app: seed.apps.contosoWsfed },
] as const;
type Door = (typeof doors)[number];
type Place = { company: Company; registry: string; simulator: string; simulatorCa: string };

/**
 * Connections by SAML and WS-Federation to a company that has one by OAuth already: the same people, the same users. The
 * company's domains lead to that one, since a domain leads to one connection only. These belong to no organization, so that
 * everybody's sign-in page has their buttons.
 */
export async function ensureFederationConnections(api: AdminApi, place: Place): Promise<void> {
  for (const door of doors) {
    const { connectionId } = await ensureOne(api, door, place);
    const address = `${place.registry}/connections/${connectionId}`;
    const { replyUrl, identifier, signOutUrl } = await api.get<FederationSetupResponse>(`${address}/setup`);
    const names = { addIdentifierUris: [identifier], addSamlReplyUrls: [replyUrl], logoutUrl: signOutUrl };
    await registerFederation(place.simulator, place.simulatorCa, door.app.clientId, names);
  }
}

async function ensureOne(api: AdminApi, door: Door, place: Place): Promise<ConnectionResponse> {
  const connections = `${place.registry}/connections`;
  const name = `${place.company.connection}-${door.suffix}`;
  const page = await api.get<{ items: ConnectionResponse[] }>(`${connections}?name=${name}`);
  let connection = page.items[0] ?? (await api.post<ConnectionResponse>(connections, toNew(name, door, place)));
  const address = `${connections}/${connection.connectionId}`;
  const authority = place.simulator;
  if (!('authority' in connection) || connection.authority !== authority)
    connection = await api.patch(address, { authority });
  if (connection.state !== 'enabled') {
    connection = await api.post(`${address}/enable`, { override: true, reason: 'local demo' });
  }
  return connection;
}

const toNew = (name: string, { strategy, by, app }: Door, { company, simulator }: Place) => ({
  ...{ strategy, name, displayName: `${company.name} by ${by}` },
  ...{ entraDomain: company.tenantId, authority: simulator },
  ...{ clientId: app.clientId, clientSecret: app.secrets[0]?.value ?? '' },
  ...{ trustedProvider: true, createUsers: true, alwaysShowButton: true },
  ...{ getUserGroups: true, backgroundGroups: true, singleLogout: true },
  upstreamParams: { login_hint: { alias: 'login_hint' } },
});
