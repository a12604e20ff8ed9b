import { createHash, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { OwnTenant } from './own-tenant.js';
import { operators, type World } from './world.js';

const secret = 'sim8Q~operators-of-a-journey-not-for-production';
const redirectUri = 'https://admin.operators.example/callback';
/** The registration of our management APIs in the operator's tenant. */
const app = { clientId: operators.audience, tenant: operators.tenantId };
const enable = { override: true, reason: 'acceptance test' };

type Answered = { code?: string; connectionId?: string; enabling?: { by: string } };

/** People and programs of the operator's own Entra tenant at the management APIs. */
export function operatorCalls(world: () => World): void {
  beforeAll(async () => {
    const tenant = { id: operators.tenantId, displayName: 'Operators', domains: ['operators.example'] };
    await world().simulator.ask('POST', 'tenants', tenant);
    await world().simulator.ask('POST', 'apps', { ...app, secrets: [{ value: secret }], redirectUris: [redirectUri] });
  });

  const ask = async (tenantId: string, form: Record<string, string>): Promise<string> => {
    const url = `${world().system.urls.simulator}/${tenantId}/oauth2/v2.0/token`;
    const proven = { client_id: app.clientId, client_secret: secret, ...form };
    const answer = JSON.parse(await world().browser().post(url, proven, {})) as { access_token?: string };
    return answer.access_token ?? '';
  };
  /** What a program gets of this tenant: a token for our management APIs. */
  const tokenOf = (tenantId: string) =>
    ask(tenantId, { grant_type: 'client_credentials', scope: `api://${app.clientId}/.default` });
  /** The same for a person who signs in to the operator's console. */
  async function tokenFor(email: string): Promise<string> {
    const verifier = randomUUID() + randomUUID();
    const scope = `api://${app.clientId}/manage`;
    const query = new URLSearchParams({
      ...{ client_id: app.clientId, redirect_uri: redirectUri, response_type: 'code', login_hint: email },
      ...{ scope: `openid ${scope}`, code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    });
    const authorize = `${world().system.urls.simulator}/${operators.tenantId}/oauth2/v2.0/authorize?${query}`;
    const { location } = await world().browser().follow(authorize, redirectUri);
    const code = location?.searchParams.get('code') ?? '';
    const grant = { grant_type: 'authorization_code', code, code_verifier: verifier };
    return ask(operators.tenantId, { ...grant, redirect_uri: redirectUri, scope });
  }
  const grant = (oid: unknown, ...roles: string[]) =>
    world().simulator.ask('POST', 'apps', { ...app, roles: { [String(oid)]: roles } });
  const call = async (token: string, url: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Answered };
  };
  /** A connection that somebody makes with this token, and whose name stands beside it. */
  async function makes(token: string, name: string): Promise<string | undefined> {
    const connections = `${world().system.urls.registry}/connections`;
    const customer = await OwnTenant.establish(world(), name, secret);
    const made = await call(token, connections, customer.least(name));
    expect(made.status).toBe(201);
    return (await call(token, `${connections}/${made.body.connectionId}/enable`, enable)).body.enabling?.by;
  }

  it('a program is let in as far as its roles go, and the record says who it was', async () => {
    const { registry, directory } = world().system.urls;
    const powerless = await tokenOf(operators.tenantId);
    const missing = { status: 403, body: { code: 'token.scope-missing' } };
    expect(await call(powerless, `${registry}/connections`)).toMatchObject(missing);
    await grant(decodeJwt(powerless)['oid'], 'Homerealm.Admin');
    const token = await tokenOf(operators.tenantId);
    expect(await call(token, `${registry}/connections`)).toMatchObject({ status: 200 });
    expect(await call(token, `${directory}/users`)).toMatchObject({ status: 200 });
    expect(await call(token, `${directory}/users`, {})).toMatchObject(missing);
    expect(await call(`${token}x`, `${directory}/users`)).toMatchObject({
      status: 401,
      body: { code: 'token.invalid' },
    });
    expect(await makes(token, 'operated')).toBe(`entra:${app.clientId}`);
  });

  it('a person of the operator’s is let in the same way, in their own name', async () => {
    const email = 'ada@operators.example';
    const person = { tenant: operators.tenantId, userPrincipalName: email };
    const { oid } = await world().simulator.ask<{ oid: string }>('POST', 'users', person);
    const { registry } = world().system.urls;
    expect(await call(await tokenFor(email), `${registry}/connections`)).toMatchObject({ status: 403 });
    await grant(oid, 'Homerealm.Admin');
    expect(await makes(await tokenFor(email), 'operated-by-ada')).toBe(`entra:${app.clientId} for entra:${oid}`);
  });

  it('a program of another tenant is refused, whatever its roles', async () => {
    const stranger = await OwnTenant.establish(world(), 'strangers', secret);
    await world().simulator.ask('POST', 'apps', { ...app, multiTenant: true });
    try {
      const roles = ['Homerealm.Admin', 'connections:read', 'users:read', 'applications:read', 'groups:read'];
      await grant(decodeJwt(await tokenOf(stranger.tenantId))['oid'], ...roles);
      const token = await tokenOf(stranger.tenantId);
      expect(decodeJwt(token)).toMatchObject({ aud: app.clientId, tid: stranger.tenantId, roles });
      const { registry, directory, gateway, profileSync } = world().system.urls;
      const groups = `${profileSync}/users/user_00000000000000000000000000/groups`;
      for (const url of [`${registry}/connections`, `${directory}/users`, `${gateway}/applications`, groups])
        expect(await call(token, url)).toMatchObject({ status: 401, body: { code: 'token.invalid' } });
    } finally {
      await world().simulator.ask('POST', 'apps', { ...app, multiTenant: false });
    }
  });
}
