import { demoAccounts } from '@homerealm/entra-simulator/seed';
import type { LocalAccount, LocalFile } from '../local-file.js';
import type { Urls } from '../parts.js';
import { AdminApi } from './admin-api.js';
import { companies } from './companies.js';
import { ensureConnection } from './ensure-connection.js';
import { ensureDemoApplication } from './ensure-demo-application.js';
import { ensureFederationConnections } from './ensure-federation-connections.js';
import { ensureOrganization } from './ensure-organization.js';
import { ensureSocialConnections } from './ensure-social-connections.js';
import { ensurePolicies } from './ensure-policies.js';
import { registerRedirectUri } from './simulator.js';

export type Seeded = { demoApplication: LocalFile['demoApplication']; accounts: LocalAccount[] };
type Place = { urls: Urls; admin: LocalFile['admin']; dataDir: string; simulatorCa: string };

/**
 * Two companies with a connection each, one with two more by SAML and WS-Federation, and the demo app, made through the public APIs as an admin would. What is there
 * already stays as it is.
 */
export async function seedSystem({ urls, admin, dataDir, simulatorCa }: Place): Promise<Seeded> {
  const api = new AdminApi(urls.gateway, admin);
  const codes = new Map<string, string>();
  await ensurePolicies(api, urls.registry);
  for (const company of companies) {
    const organizationId = await ensureOrganization(api, urls.directory, company);
    const connection = await ensureConnection(api, urls.registry, {
      company,
      organizationId,
      authority: urls.simulator,
    });
    await registerRedirectUri(urls.simulator, simulatorCa, company, connection.callbackUrl);
    if (company.federation) {
      const place = { company, registry: urls.registry, simulator: urls.simulator, simulatorCa };
      await ensureFederationConnections(api, place);
    }
    codes.set(company.name, organizationId);
  }
  await ensureSocialConnections(api, urls.registry, urls.simulator);
  return { demoApplication: await ensureDemoApplication(api, urls, dataDir), accounts: toAccounts(codes) };
}

/** A guest signs in where her own company's domain leads, so she is listed there only. */
const isAtHome = ({ email, company }: { email: string; company: string }): boolean =>
  companies.some(({ name, domain }) => name === company && email.endsWith(`@${domain}`));

const toAccounts = (codes: Map<string, string>): LocalAccount[] =>
  demoAccounts
    .filter((account) => account.canSignIn && isAtHome(account))
    .map(({ email, password, company, groupCount, note }) => ({
      email,
      password,
      company,
      orgCode: codes.get(company) ?? null,
      groupCount,
      note,
    }));
