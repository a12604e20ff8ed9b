import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalFile } from '../local-file.js';
import type { Urls } from '../parts.js';
import type { AdminApi } from './admin-api.js';

type Kept = { clientId: string; clientSecret: string };
type Application = { id: string; clientSecret: string; redirectUris: string[]; postLogoutRedirectUris: string[] };

/** The demo app as an application of the gateway. Its secret is shown only once, so it is kept in the data folder. */
export async function ensureDemoApplication(
  api: AdminApi,
  urls: Urls,
  dataDir: string,
): Promise<LocalFile['demoApplication']> {
  const wanted = { redirectUris: [`${urls.demoApp}/callback`], postLogoutRedirectUris: [`${urls.demoApp}/`] };
  const kept = (await findKept(api, urls, dataDir, wanted)) ?? (await create(api, urls, dataDir, wanted));
  return {
    ...kept,
    redirectUri: wanted.redirectUris[0] ?? '',
    postLogoutRedirectUri: wanted.postLogoutRedirectUris[0] ?? '',
  };
}

type Wanted = { redirectUris: string[]; postLogoutRedirectUris: string[] };
const fileOf = (dataDir: string) => join(dataDir, 'demo-application.json');

/** With another port base the same application has moved to other addresses. */
async function findKept(api: AdminApi, urls: Urls, dataDir: string, wanted: Wanted): Promise<Kept | undefined> {
  if (!existsSync(fileOf(dataDir))) return undefined;
  const kept = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Kept;
  const address = `${urls.gateway}/applications/${kept.clientId}`;
  const found = await api.find<Application>(address);
  if (!found) return undefined;
  if (found.redirectUris.join() !== wanted.redirectUris.join()) await api.patch(address, wanted);
  return kept;
}

async function create(api: AdminApi, urls: Urls, dataDir: string, wanted: Wanted): Promise<Kept> {
  const created = await api.post<Application>(`${urls.gateway}/applications`, {
    name: 'Northwind Notes (demo app)',
    type: 'web',
    ...wanted,
  });
  const kept = { clientId: created.id, clientSecret: created.clientSecret };
  writeFileSync(fileOf(dataDir), JSON.stringify(kept, null, 2), { mode: 0o600 });
  return kept;
}
