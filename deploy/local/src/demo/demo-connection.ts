import { randomBytes } from 'node:crypto';
import type { ConnectionResponse } from '@homerealm/contracts';
import type { LocalFile } from '../local-file.js';
import type { AdminApi } from '../seed/admin-api.js';
import { type Registration, registerRedirectUri, unregisterRedirectUri } from '../seed/simulator.js';

/** Where a connection is made: the system, an admin of it, the CA of its simulator. */
export type Place = { api: AdminApi; file: LocalFile; ca: string };
export type MadeConnection = { connection: ConnectionResponse; remove(): Promise<void> };

/** A connection through a registration at the simulated Entra, new and enabled; and the way to delete it again. */
export async function makeConnection(
  { api, file: { urls }, ca }: Place,
  registration: Registration,
  settings: object,
): Promise<MadeConnection> {
  const connections = `${urls.registry}/connections`;
  const { connectionId } = await api.post<ConnectionResponse>(connections, {
    strategy: 'entra-oauth2',
    name: `demo-${randomBytes(4).toString('hex')}`,
    authority: urls.simulator,
    createUsers: true,
    ...settings,
  });
  let callbackUrl: string | undefined;
  const remove = async () => {
    await api.delete(`${connections}/${connectionId}`);
    if (callbackUrl) await unregisterRedirectUri(urls.simulator, ca, registration, callbackUrl);
  };
  try {
    const enable = { override: true, reason: 'npm run demo' };
    const connection = await api.post<ConnectionResponse>(`${connections}/${connectionId}/enable`, enable);
    ({ callbackUrl } = connection);
    await registerRedirectUri(urls.simulator, ca, registration, callbackUrl);
    return { connection, remove };
  } catch (problem) {
    await remove();
    throw problem;
  }
}
