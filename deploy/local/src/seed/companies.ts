import { seed } from '@homerealm/entra-simulator/seed';

/** A company of the demonstration: its organization with us, and its registration of us in the simulated Entra. */
export type Company = {
  name: string;
  /** The directory's key for scripts: the organization is found again by it. */
  externalId: string;
  /** Name of the connection. */
  connection: string;
  domain: string;
  tenantId: string;
  app: { clientId: string; secret: string };
  extendedProfile: boolean;
  /** Whether it can also be reached by SAML and WS-Federation. */
  federation: boolean;
};

const company = (key: 'contoso' | 'fabrikam', has: { extendedProfile: boolean; federation: boolean }): Company => {
  const [tenant, app] = [seed.tenants[key], seed.apps[key]];
  return {
    name: tenant.displayName,
    externalId: `demo-${key}`,
    connection: key,
    domain: tenant.domains[0] ?? '',
    tenantId: tenant.id,
    app: { clientId: app.clientId, secret: app.secrets[0]?.value ?? '' },
    ...has,
  };
};

export const companies: readonly Company[] = [
  company('contoso', { extendedProfile: true, federation: true }),
  company('fabrikam', { extendedProfile: false, federation: false }),
];
