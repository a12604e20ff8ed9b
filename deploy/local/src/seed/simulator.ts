import { ask } from '../http.js';
import type { Company } from './companies.js';

/** Adds a redirect URI to the company's registration of us, as its IT admin would in the Entra portal. */
export async function registerRedirectUri(simulator: string, ca: string, company: Company, uri: string): Promise<void> {
  await changeApp(simulator, ca, company, { addRedirectUris: [uri] });
}

/** Takes it away again. */
export async function unregisterRedirectUri(
  simulator: string,
  ca: string,
  company: Company,
  uri: string,
): Promise<void> {
  const { redirectUris } = await changeApp(simulator, ca, company, {});
  await changeApp(simulator, ca, company, { redirectUris: redirectUris.filter((other) => other !== uri) });
}

type AppChange = { addRedirectUris?: string[]; redirectUris?: string[] } & Partial<FederationNames>;

export type FederationNames = { addIdentifierUris: string[]; addSamlReplyUrls: string[]; logoutUrl: string };

/** Enters what an enterprise application must know of a SAML or WS-Federation connection. */
export async function registerFederation(
  simulator: string,
  ca: string,
  clientId: string,
  names: FederationNames,
): Promise<void> {
  await changeApp(simulator, ca, { app: { clientId } }, names);
}

/** Changes the fields that are given; answers the registration as it is then. */
async function changeApp(
  simulator: string,
  ca: string,
  { app: { clientId } }: { app: { clientId: string } },
  change: AppChange,
): Promise<{ redirectUris: string[] }> {
  const answer = await ask(`${simulator}/_sim/apps`, {
    method: 'POST',
    ca,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId, ...change }),
  });
  if (answer.status >= 300)
    throw new Error(`the simulator refused a change of an app: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as { redirectUris: string[] };
}
