import { createHash, randomUUID } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { App, User } from '../directory/model.js';
import type { Simulation } from '../simulation.js';
import { userName, pairwise } from './id-token.js';
import { signDraft } from './jwt.js';
import { issuerOf } from './tenant-segment.js';

/** Microsoft Graph's own application id. */
export const graphAppId = '00000003-0000-0000-c000-000000000000';

export type Caller = {
  app: string;
  tenantId: string;
  /** The signed-in person; without one it is the app itself that calls. */
  oid?: string | undefined;
  permissions: string[];
};

/** A token for Graph. It happens to be a JWT of the old format, signed by a key that only Graph knows: nobody else's to read. */
export function makeGraphToken(app: App, user: User, scopes: string[], simulation: Simulation): Promise<string> {
  return signForGraph(simulation, user.tenantId, app, {
    acct: user.guest ? 1 : 0,
    idtyp: 'user',
    name: user.displayName,
    oid: user.oid,
    scp: scopes.filter((scope) => scope !== 'offline_access').join(' '),
    sub: createHash('sha256').update(`${user.oid}${graphAppId}`).digest('base64url'),
    unique_name: userName(user),
    upn: user.userPrincipalName,
  });
}

/** A token with which the app itself calls Graph: application permissions in `roles`, no person. */
export function makeGraphAppToken(app: App, tenantId: string, simulation: Simulation): Promise<string> {
  const oid = servicePrincipalId(app, tenantId);
  return signForGraph(simulation, tenantId, app, { idtyp: 'app', oid, sub: oid, roles: app.permissions.application });
}

/** A token for the app's own web API: v2 format, signed by the published keys. */
export function makeApiToken(
  app: App,
  tenantId: string,
  about: User | undefined,
  scopes: string[],
  simulation: Simulation,
) {
  const now = simulation.now();
  const oid = servicePrincipalId(app, tenantId);
  const who = about
    ? {
        oid: about.oid,
        sub: pairwise(about, app),
        name: about.displayName,
        preferred_username: userName(about),
        scp: scopes.join(' '),
        ...(app.roles[about.oid] ? { roles: app.roles[about.oid] } : {}),
      }
    : { oid, sub: oid, idtyp: 'app', roles: app.roles[oid] ?? [] };
  const claims = {
    aud: app.clientId,
    iss: issuerOf(simulation.origin, tenantId),
    ...lifetime(now, simulation.settings.tokenLifetimeSeconds),
    azp: app.clientId,
    azpacr: '1',
    tid: tenantId,
    uti: randomUUID(),
    ver: '2.0',
    ...who,
  };
  const { current, stranger } = simulation.keys;
  return signDraft(
    { header: { typ: 'JWT', alg: 'RS256', kid: current.kid }, claims, signer: 'published' },
    current,
    stranger,
  );
}

/** @returns who calls with this token, or why Graph does not take it */
export async function readGraphToken(token: string, simulation: Simulation): Promise<Caller | { refused: string }> {
  try {
    const { payload } = await jwtVerify(token, simulation.keys.graph.publicKey, {
      algorithms: ['RS256'],
      audience: graphAudience,
    });
    const isApp = payload.idtyp === 'app';
    return {
      app: String(payload.appid),
      tenantId: String(payload.tid),
      oid: isApp ? undefined : String(payload.oid),
      permissions: isApp ? (payload.roles as string[]) : String(payload.scp).split(' '),
    };
  } catch (error) {
    const expired = (error as { code?: string }).code === 'ERR_JWT_EXPIRED';
    return {
      refused: expired ? 'Lifetime validation failed, the token is expired.' : 'Access token validation failure.',
    };
  }
}

const graphAudience = 'https://graph.microsoft.com';

function signForGraph(
  simulation: Simulation,
  tenantId: string,
  app: App,
  about: Record<string, unknown>,
): Promise<string> {
  const { graph, stranger } = simulation.keys;
  const claims = {
    aud: graphAudience,
    iss: `https://sts.windows.net/${tenantId}/`,
    ...lifetime(simulation.now(), simulation.settings.tokenLifetimeSeconds),
    app_displayname: app.displayName,
    appid: app.clientId,
    appidacr: '1',
    tid: tenantId,
    uti: randomUUID(),
    ver: '1.0',
    ...about,
  };
  const header = { typ: 'JWT', nonce: randomUUID(), alg: 'RS256', x5t: graph.kid, kid: graph.kid };
  return signDraft({ header, claims, signer: 'published' }, graph, stranger);
}

/** The app's own object in a tenant: a fixed GUID for the pair. */
function servicePrincipalId(app: App, tenantId: string): string {
  const hex = createHash('sha256').update(`${tenantId} ${app.clientId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function lifetime(now: number, seconds: number) {
  return { iat: now - 300, nbf: now - 300, exp: now + seconds };
}
