import type { ConnectionResponse } from '@homerealm/contracts';
import { socialProviders, type SocialProvider } from '@homerealm/entra-simulator/seed';
import type { AdminApi } from './admin-api.js';

/** For everybody, not for one company. Google's word about an email is believed, the others' is only shown. */
const connections = Object.values(socialProviders).map((provider: SocialProvider) => ({
  provider,
  trustedProvider: provider.key === 'google',
}));

/**
 * Connections to the social providers of the simulator, made and enabled as needed. Their issuers move with the port
 * base, and a connection keeps its issuer for ever: one that leads elsewhere is made anew.
 */
export async function ensureSocialConnections(api: AdminApi, registry: string, simulator: string): Promise<void> {
  for (const { provider, trustedProvider } of connections) {
    const { key, displayName, client } = provider;
    const page = await api.get<{ items: ConnectionResponse[] }>(`${registry}/connections?name=${key}`);
    const found = await keptAt(`${simulator}/${key}`, page.items[0], (id) =>
      api.delete(`${registry}/connections/${id}`),
    );
    const connection =
      found ??
      (await api.post<ConnectionResponse>(`${registry}/connections`, {
        ...{ strategy: key, name: key, displayName, trustedProvider, createUsers: true },
        ...{ clientId: client.clientId, clientSecret: client.secret },
      }));
    if (connection.state === 'enabled') continue;
    const enable = { override: true, reason: 'local demo' };
    await api.post(`${registry}/connections/${connection.connectionId}/enable`, enable);
  }
}

async function keptAt(
  issuer: string,
  found: ConnectionResponse | undefined,
  remove: (connectionId: string) => Promise<void>,
): Promise<ConnectionResponse | undefined> {
  if (!found || !('issuer' in found) || found.issuer === issuer) return found;
  await remove(found.connectionId);
  return undefined;
}

/** Where the registry and the gateway find them: the simulator in place of the real ones. */
export function socialIssuersAt(simulator: string): string {
  return Object.keys(socialProviders)
    .map((key) => `${key}=${simulator}/${key}`)
    .join(',');
}
