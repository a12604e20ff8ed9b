import { ask } from '../http.js';
import type { Company } from './companies.js';

/** Adds a redirect URI to the company's registration of us, as its IT admin would in the Entra portal. */
export async function registerRedirectUri(
  simulator: string,
  ca: string,
  company: Company,
  redirectUri: string,
): Promise<void> {
  const answer = await ask(`${simulator}/_sim/apps`, {
    method: 'POST',
    ca,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: company.app.clientId, addRedirectUris: [redirectUri] }),
  });
  if (answer.status >= 300) throw new Error(`the simulator refused a redirect URI: ${answer.status} ${answer.body}`);
}
