import { ask } from '../http.js';

/** An app registration at the simulated Entra. */
export type Registration = { app: { clientId: string } };

/** Adds a redirect URI to the company's registration of us, as its IT admin would in the Entra portal. */
export async function registerRedirectUri(
  simulator: string,
  ca: string,
  company: Registration,
  uri: string,
): Promise<void> {
  await changeApp(simulator, ca, company, { addRedirectUris: [uri] });
}

/** Takes it away again. */
export async function unregisterRedirectUri(
  simulator: string,
  ca: string,
  company: Registration,
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
  { app: { clientId } }: Registration,
  change: AppChange,
): Promise<{ redirectUris: string[] }> {
  return control(simulator, ca, 'POST', 'apps', { clientId, ...change });
}

/** One call of the simulator's control API. */
export async function control<T>(
  simulator: string,
  ca: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await ask(`${simulator}/_sim/${path}`, {
    ...{ method, ca },
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.status >= 300) throw new Error(`the simulator refused ${method} ${path}: ${answer.status} ${answer.body}`);
  return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
}
