import type { z } from 'zod';
import type { Directory } from '../directory/directory.js';
import { withoutFederation, type App } from '../directory/model.js';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { readJson, refuseField } from './problem.js';
import { AppChange } from './schemas.js';
import { requireTenant } from './tenants.js';

type Change = z.infer<typeof AppChange>;

/** `POST /_sim/apps`: registers an app, or changes the fields that are given. Secrets are not shown again. */
export function postApp(exchange: Exchange, { directory }: Simulation): Answer {
  const app = putApp(readJson(exchange, AppChange), directory);
  return json(200, { ...app, secrets: app.secrets.map(({ expiresAt }) => ({ expiresAt: expiresAt ?? null })) });
}

export function putApp(change: Change, directory: Directory): App {
  const { clientId, tenant, addRedirectUris = [], permissions, ...others } = change;
  const { addIdentifierUris = [], addSamlReplyUrls = [], ...fields } = others;
  const before = directory.findApp(clientId) ?? newApp(change, directory);
  const tenantId = tenant === undefined ? before.tenantId : requireTenant(tenant, directory).id;
  const given = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value ?? undefined]])),
  ) as Partial<App>;
  const app: App = { ...before, ...given, tenantId };
  app.permissions = {
    delegated: permissions?.delegated ?? before.permissions.delegated,
    application: permissions?.application ?? before.permissions.application,
  };
  app.redirectUris = [...new Set([...app.redirectUris, ...addRedirectUris])];
  app.identifierUris = [...new Set([...app.identifierUris, ...addIdentifierUris])];
  app.samlReplyUrls = [...new Set([...app.samlReplyUrls, ...addSamlReplyUrls])];
  directory.putApp(app);
  return app;
}

function newApp({ clientId, tenant }: Change, directory: Directory): App {
  if (!tenant) return refuseField('tenant', 'A new app needs the tenant it is registered in.');
  return {
    clientId,
    tenantId: requireTenant(tenant, directory).id,
    displayName: `App ${clientId.slice(0, 8)}`,
    secrets: [],
    certificates: [],
    redirectUris: [],
    postLogoutRedirectUris: [],
    optionalClaims: [],
    groupMembershipClaims: 'None',
    permissions: { delegated: ['User.Read'], application: [] },
    multiTenant: false,
    personalAccounts: false,
    publicClient: false,
    assignmentRequired: false,
    assignedUsers: [],
    roles: {},
    consent: 'granted',
    ...structuredClone(withoutFederation),
  };
}
