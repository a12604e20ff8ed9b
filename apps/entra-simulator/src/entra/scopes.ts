import type { Directory } from '../directory/directory.js';
import type { App, User } from '../directory/model.js';
import { EntraError } from './errors.js';

/** Graph's delegated permissions that this simulator knows; `true` where only an administrator can consent. */
export const delegatedPermissions: Record<string, boolean> = {
  'User.Read': false,
  'User.ReadBasic.All': false,
  'User.Read.All': true,
  'GroupMember.Read.All': true,
  'Group.Read.All': true,
  'Directory.Read.All': true,
};
export const applicationPermissions = ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];

export const oidcScopes = ['openid', 'profile', 'email', 'offline_access'];
const graphHosts = /^https:\/\/graph\.microsoft\.com\//i;

/** What a scope string asks for. `own` scopes are those of the app's own web API (`api://{client id}/…`). */
export type Asked = { oidc: string[]; graph: string[]; own: string[] };

/**
 * Reads a scope parameter as Entra does: OpenID scopes, Graph permissions (with or without their resource) and
 * scopes of the app's own API.
 * @throws EntraError 70011, 650053, 500011
 */
export function readScopes(text: string, app: App, origin: string): Asked {
  const scopes = [...new Set(text.split(/\s+/).filter(Boolean))];
  if (scopes.length === 0) throw new EntraError(70011, { scope: text });
  const asked: Asked = { oidc: [], graph: [], own: [] };
  for (const scope of scopes) sort(scope, asked, app, origin);
  return asked;
}

function sort(scope: string, asked: Asked, app: App, origin: string): void {
  if (oidcScopes.includes(scope)) return void asked.oidc.push(scope);
  const own = ownScope(scope, app);
  if (own) return void asked.own.push(own);
  const name = graphScope(scope, origin);
  if (name === '.default') return void asked.graph.push(...app.permissions.delegated);
  if (name === undefined) throw new EntraError(500011, { resource: scope, tenant: app.tenantId });
  const known = Object.keys(delegatedPermissions).find((each) => each.toLowerCase() === name.toLowerCase());
  if (!known) throw new EntraError(650053, { app: app.clientId, scope: name });
  asked.graph.push(known);
}

/** The permission's name when the scope is one of Graph, else undefined. */
export function graphScope(scope: string, origin: string): string | undefined {
  if (graphHosts.test(scope)) return scope.replace(graphHosts, '').replace(/^\//, '');
  if (scope.startsWith(`${origin}/`)) return scope.slice(origin.length + 1).replace(/^\//, '');
  return scope.includes('/') ? undefined : scope;
}

export function ownScope(scope: string, app: App): string | undefined {
  const match = /^(?:api:\/\/)?([0-9a-f-]{36})\/(.+)$/i.exec(scope);
  return match?.[1]?.toLowerCase() === app.clientId ? match[2] : undefined;
}

/** The scopes nobody has consented to yet, and whether an administrator must. */
export function missingConsent(asked: Asked, app: App, user: User, directory: Directory) {
  const consented = directory.consentsOf(app.clientId, user.oid);
  const known = new Set([
    ...consented,
    ...(app.consent === 'granted' ? [...oidcScopes, ...app.permissions.delegated] : []),
  ]);
  const missing = [...asked.oidc, ...asked.graph].filter((scope) => !known.has(scope));
  const adminOnly = missing.some((scope) => delegatedPermissions[scope] ?? false);
  return { missing, needsAdmin: missing.length > 0 && (adminOnly || app.consent === 'admin') };
}
