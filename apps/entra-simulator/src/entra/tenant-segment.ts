import { consumersTenantId, type Directory } from '../directory/directory.js';
import type { App, Tenant, User } from '../directory/model.js';
import { EntraError } from './errors.js';

/** What the first part of an Entra path stands for: one company, or everybody of a kind. */
export type Realm =
  | { kind: 'tenant' | 'consumers'; segment: string; tenant: Tenant }
  | { kind: 'common' | 'organizations'; segment: string; tenant?: undefined };

const guidOrDomain = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i;

/** @throws EntraError 90002 for an unknown tenant, 900023 for something that cannot be one */
export function realmOf(segment: string, directory: Directory): Realm {
  const name = segment.toLowerCase();
  if (name === 'common' || name === 'organizations') return { kind: name, segment: name };
  if (name !== 'consumers' && !guidOrDomain.test(name)) throw new EntraError(900023, { tenant: segment });
  const tenant = directory.findTenant(name === 'consumers' ? consumersTenantId : name);
  if (!tenant) throw new EntraError(90002, { tenant: segment });
  // Addressed by domain or by GUID, a company's own endpoints carry the GUID.
  if (tenant.id === consumersTenantId) return { kind: 'consumers', segment: 'consumers', tenant };
  return { kind: 'tenant', segment: tenant.id, tenant };
}

/** @throws EntraError when the app is not offered in this realm: 700016, 50194, 9002332 */
export function requireAppIn(realm: Realm, clientId: string, directory: Directory): App {
  const app = directory.findApp(clientId);
  const tenant = realm.tenant?.displayName ?? 'Microsoft Services';
  if (!app) throw new EntraError(700016, { app: clientId, tenant });
  if (realm.kind === 'consumers' && !app.personalAccounts) throw new EntraError(9002332, { app: clientId });
  if (app.multiTenant || realm.kind === 'consumers') return app;
  if (!realm.tenant) throw new EntraError(50194, { app: clientId, segment: realm.segment });
  if (realm.tenant.id !== app.tenantId) throw new EntraError(700016, { app: clientId, tenant });
  return app;
}

/**
 * The account as the user of the tenant that is asked to vouch for it.
 * @throws EntraError 50034 or 50020 when it is not known there
 */
export function requireUserIn(realm: Realm, account: User, app: App, directory: Directory, origin: string): User {
  const personal = account.tenantId === consumersTenantId;
  if (!realm.tenant) {
    if (personal && (realm.kind === 'organizations' || !app.personalAccounts)) {
      throw new EntraError(50034, { user: account.userPrincipalName, tenant: realm.segment });
    }
    return account;
  }
  const user = directory.asSeenIn(realm.tenant.id, account);
  if (user) return user;
  throw new EntraError(50020, {
    user: account.userPrincipalName,
    provider: `${origin}/${account.tenantId}/`,
    tenant: realm.tenant.displayName,
    app: `${app.clientId}'(${app.displayName})`,
  });
}

/** The issuer of a tenant's id_tokens; with no tenant, the template that shared endpoints publish. */
export function issuerOf(origin: string, tenantId = '{tenantid}'): string {
  return `${origin}/${tenantId}/v2.0`;
}
