import type { App, User } from '../directory/model.js';
import { answerToken } from '../faults/token.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { makeApiToken, makeGraphAppToken, makeGraphToken } from './access-token.js';
import { need, refuseRepeated } from './authorize-request.js';
import { authenticateClient, readClient } from './client-authentication.js';
import { EntraError } from './errors.js';
import { redeemCode, redeemRefreshToken } from './redeem.js';
import type { RefreshGrant } from './grants.js';
import { makeIdToken } from './id-token.js';
import { graphScope, missingConsent, ownScope, readScopes } from './scopes.js';
import { realmOf, requireAppIn, type Realm } from './tenant-segment.js';

type Request = { app: App; realm: Realm; exchange: Exchange; simulation: Simulation };
type Document = Record<string, unknown>;

/** `POST /{tenant}/oauth2/v2.0/token`: authorization_code, refresh_token and client_credentials. */
export async function token(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  if (exchange.method !== 'POST') throw new EntraError(900561, { method: exchange.method });
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  refuseRepeated(exchange.form);
  const grantType = need(exchange.form, 'grant_type');
  const { clientId, secret } = readClient(exchange);
  exchange.clientId = clientId;
  const app = requireAppIn(realm, clientId, simulation.directory);
  await authenticateClient(app, secret, realm, exchange, simulation);
  return answerToken(await grant(grantType, { app, realm, exchange, simulation }), exchange, simulation);
}

function grant(grantType: string, request: Request): Promise<Document> {
  if (grantType === 'authorization_code') return authorizationCode(request);
  if (grantType === 'refresh_token') return refreshToken(request);
  if (grantType === 'client_credentials') return clientCredentials(request);
  throw new EntraError(70003, { grant: grantType });
}

async function authorizationCode(request: Request): Promise<Document> {
  const { form } = request.exchange;
  const found = redeemCode(form, request.app, request.realm, request.simulation);
  // Entra lets the client narrow the scopes when it redeems.
  const scope = form.get('scope') ?? found.scope;
  return tokensFor({ ...found, scope }, found.nonce, request);
}

async function refreshToken(request: Request): Promise<Document> {
  const { form } = request.exchange;
  const found = redeemRefreshToken(form, request.app, request.realm, request.simulation);
  return tokensFor({ ...found, scope: form.get('scope') ?? found.scope }, undefined, request);
}

/** The answer for a person's grant: a token for one resource, and an id_token and a refresh token when asked for. */
async function tokensFor(grant: RefreshGrant, nonce: string | undefined, request: Request): Promise<Document> {
  const { app, exchange, simulation } = request;
  const { directory, settings } = simulation;
  const user = requireActiveUser(grant.oid, request);
  exchange.tenantId = user.tenantId;
  const asked = readScopes(grant.scope, app, simulation.origin);
  if (missingConsent(asked, app, user, directory).missing.length > 0) {
    throw new EntraError(65001, { app: app.clientId }, { error: 'invalid_grant', sub: 'consent_required' });
  }
  const signedIn = { app, user, nonce, scopes: asked.oidc, authTime: grant.authTime, sessionId: grant.sessionId };
  const accessToken = await accessTokenFor(asked, app, user, simulation);
  return {
    token_type: 'Bearer',
    scope: [...asked.oidc.filter((scope) => scope !== 'offline_access'), ...asked.graph, ...asked.own].join(' '),
    ...expiry(settings.tokenLifetimeSeconds),
    access_token: accessToken,
    ...(asked.oidc.includes('offline_access') ? { refresh_token: keepRefresh(grant, app, simulation) } : {}),
    ...(asked.oidc.includes('openid') ? { id_token: await makeIdToken(signedIn, exchange, simulation) } : {}),
  };
}

function accessTokenFor(asked: ReturnType<typeof readScopes>, app: App, user: User, simulation: Simulation) {
  if (asked.own.length > 0 && asked.graph.length === 0) {
    return makeApiToken(app, user.tenantId, user, asked.own, simulation);
  }
  return makeGraphToken(app, user, [...asked.oidc, ...asked.graph], simulation);
}

function requireActiveUser(oid: string, { simulation }: Request): User {
  const user = simulation.directory.findUser(oid);
  if (!user) throw new EntraError(50034, { user: oid, tenant: 'same' });
  const home = user.home ? simulation.directory.findUser(user.home.oid) : user;
  if (!user.enabled || !home?.enabled) throw new EntraError(50057);
  return user;
}

function keepRefresh(grant: RefreshGrant, app: App, { refreshTokens, settings }: Simulation): string {
  const { tenantId, oid, scope, authTime, sessionId } = grant;
  const kept = { clientId: app.clientId, tenantId, oid, scope, authTime, sessionId };
  return refreshTokens.put(kept, settings.refreshTokenLifetimeSeconds);
}

/** A token for the app itself. The scope names a resource and says `/.default`. */
async function clientCredentials({ app, realm, exchange, simulation }: Request): Promise<Document> {
  if (!realm.tenant) throw new EntraError(50059);
  const scope = need(exchange.form, 'scope');
  const own = ownScope(scope, app);
  const graph = graphScope(scope, simulation.origin);
  if ((own ?? graph) !== '.default') {
    throw new EntraError(scope.endsWith('/.default') ? 500011 : 1002012, {
      scope,
      resource: scope,
      tenant: realm.tenant.id,
    });
  }
  const accessToken = own
    ? await makeApiToken(app, realm.tenant.id, undefined, [], simulation)
    : await makeGraphAppToken(app, realm.tenant.id, simulation);
  return { token_type: 'Bearer', ...expiry(simulation.settings.tokenLifetimeSeconds), access_token: accessToken };
}

function expiry(seconds: number) {
  return { expires_in: seconds, ext_expires_in: seconds };
}
