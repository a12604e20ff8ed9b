import { createRemoteJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import * as client from 'openid-client';
import {
  admin,
  adminToken,
  environment,
  type Gateway,
  register,
  relyingParty,
  signIn,
  startGateway,
} from '../fixtures/provider-under-test.js';
import { ServiceTokens } from '../use-cases/service-tokens.port.js';

type Problem = { status: number; code: string; field?: string; errors?: { field: string }[] };

describe('applications', () => {
  let gateway: Gateway;
  let issuer: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    env = await environment();
    gateway = await startGateway(env);
    issuer = gateway.issuer;
  });
  afterAll(() => gateway.close());

  const call = async (method: string, path: string, body?: unknown, scope?: string) => {
    const headers = { authorization: `Bearer ${await adminToken(issuer, scope)}`, 'content-type': 'application/json' };
    const response = await fetch(`${issuer}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers }),
      headers: body === undefined ? { authorization: headers.authorization } : headers,
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> & Problem,
    };
  };
  const web = { name: 'Shop', type: 'web', redirectUris: ['https://shop.example/cb'] };

  it('are created with a secret that is shown once, read, listed, changed and deleted', async () => {
    const created = await call('POST', '/applications', web);
    expect(created.status).toBe(201);
    const id = String(created.body['id']);
    expect(String(created.body['clientSecret'])).toMatch(/^[A-Za-z0-9._~-]{43}$/);
    const read = await call('GET', `/applications/${id}`);
    expect(read.body).toMatchObject({
      ...web,
      tokenEndpointAuthMethod: 'client_secret_basic',
      idTokenSignedResponseAlg: 'ES256',
    });
    expect(JSON.stringify(read.body)).not.toContain(String(created.body['clientSecret']));
    expect(JSON.stringify((await call('GET', '/applications?limit=200')).body)).toContain(id);
    const changed = await call('PATCH', `/applications/${id}`, {
      name: 'Shop 2',
      redirectUris: ['https://shop.example/2'],
    });
    expect(changed.body).toMatchObject({ name: 'Shop 2', redirectUris: ['https://shop.example/2'] });
    expect((await call('DELETE', `/applications/${id}`)).status).toBe(204);
    expect((await call('GET', `/applications/${id}`)).body.code).toBe('application.not-found');
  });

  it.each([
    ['no body', {}, 'name'],
    ['an unknown field', { ...web, owner: 'me' }, 'owner'],
    ['an id of its own', { ...web, id: 'mine' }, 'id'],
    ['a type nobody knows', { ...web, type: 'tv' }, 'type'],
    ['no redirect URI', { ...web, redirectUris: [] }, 'redirectUris'],
    ['http on the network', { ...web, redirectUris: ['http://shop.example/cb'] }, 'redirectUris.0'],
    ['a wildcard', { ...web, redirectUris: ['https://*.shop.example/cb'] }, 'redirectUris.0'],
    ['a fragment', { ...web, redirectUris: ['https://shop.example/cb#x'] }, 'redirectUris.0'],
    ['user info', { ...web, redirectUris: ['https://a:b@shop.example/cb'] }, 'redirectUris.0'],
    ['dot segments', { ...web, redirectUris: ['https://shop.example/a/../cb'] }, 'redirectUris.0'],
    ['a script', { ...web, postLogoutRedirectUris: ['javascript:alert(1)'] }, 'postLogoutRedirectUris.0'],
    ['an app scheme for the web', { ...web, redirectUris: ['com.example.app:/cb'] }, 'redirectUris.0'],
    [
      'a browser application with a secret',
      { ...web, type: 'spa', tokenEndpointAuthMethod: 'client_secret_post' },
      'tokenEndpointAuthMethod',
    ],
    ['a web application without one', { ...web, tokenEndpointAuthMethod: 'none' }, 'tokenEndpointAuthMethod'],
    [
      'a machine that signs people in',
      { name: 'M', type: 'm2m', grantTypes: ['authorization_code'], redirectUris: web.redirectUris },
      'grantTypes',
    ],
    ['scopes for people', { ...web, scopes: ['users:read'] }, 'scopes'],
    ['the scope of the gateway', { name: 'M', type: 'm2m', scopes: ['sign-ins:write'] }, 'scopes'],
    ['private_key_jwt without keys', { name: 'M', type: 'm2m', tokenEndpointAuthMethod: 'private_key_jwt' }, 'jwks'],
    [
      'a private key',
      {
        name: 'M',
        type: 'm2m',
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] },
      },
      'jwks.keys.0',
    ],
    ['A10: a script to begin sign-ins at', { ...web, initiateLoginUri: 'javascript:alert(1)' }, 'initiateLoginUri'],
    ['A10: a wildcard to begin at', { ...web, initiateLoginUri: 'https://*.shop.example/' }, 'initiateLoginUri'],
    [
      'a machine where sign-ins begin',
      { name: 'M', type: 'm2m', initiateLoginUri: 'https://m.example/start' },
      'initiateLoginUri',
    ],
    ['our audience', { ...web, audience: 'urn:homerealm:management' }, 'audience'],
  ])('refuses %s, naming the field', async (_name, body, field) => {
    const { status, body: problem } = await call('POST', '/applications', body);
    expect(status).toBe(400);
    expect(problem.code).toEqual(expect.any(String));
    const fields = [problem.field, ...(problem.errors ?? []).map((error) => error.field)];
    expect(fields).toContain(field);
  });

  it('say where somebody begins a sign-in who comes from elsewhere, and those of before say nowhere', async () => {
    const initiateLoginUri = 'https://shop.example/start?lang=de';
    const { body } = await call('POST', '/applications', { ...web, initiateLoginUri });
    expect(body).toMatchObject({ initiateLoginUri });
    const path = `/applications/${String(body['id'])}`;
    expect((await call('PATCH', path, { initiateLoginUri: null })).body).toMatchObject({ initiateLoginUri: null });
    await gateway.pool.query("UPDATE application SET settings = settings - 'initiateLoginUri' WHERE id = $1", [
      String(body['id']),
    ]);
    const listed = (await call('GET', '/applications?limit=200')).body as unknown as { items: object[] };
    expect(listed.items).toContainEqual(expect.objectContaining({ id: body['id'], initiateLoginUri: null }));
  });

  it('need a token with the right scope', async () => {
    expect((await fetch(`${issuer}/applications`)).status).toBe(401);
    expect((await call('POST', '/applications', web, 'applications:read')).body.code).toBe('token.scope-missing');
  });

  it('A51: may have two secrets while one is replaced, never three and never none', async () => {
    const app = await register(issuer, {});
    const rp = await relyingParty(issuer, app);
    await signIn(issuer, rp, app);
    const added = await call('POST', `/applications/${app.id}/secrets`);
    expect(added.status).toBe(201);
    expect((await call('POST', `/applications/${app.id}/secrets`)).body.code).toBe('application.too-many-secrets');
    const renewed = { ...app, clientSecret: String(added.body['clientSecret']) };
    await signIn(issuer, rp, app);
    await signIn(issuer, await relyingParty(issuer, renewed), renewed);
    const { secrets } = (await call('GET', `/applications/${app.id}`)).body as unknown as { secrets: { id: string }[] };
    const old = secrets.find(({ id }) => id !== added.body['id'])?.id;
    expect((await call('DELETE', `/applications/${app.id}/secrets/${old}`)).status).toBe(204);
    await expect(signIn(issuer, rp, app)).rejects.toThrow();
    await signIn(issuer, await relyingParty(issuer, renewed), renewed);
    const last = await call('DELETE', `/applications/${app.id}/secrets/${String(added.body['id'])}`);
    expect(last.body.code).toBe('application.last-secret');
  });

  it('get the scopes they were granted, all of them when they ask for none', async () => {
    const machine = await register(issuer, {
      name: 'M',
      type: 'm2m',
      redirectUris: [],
      scopes: ['users:read', 'groups:read'],
    });
    const rp = await relyingParty(issuer, machine);
    const all = await client.clientCredentialsGrant(rp);
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(all.access_token, keys, {
      issuer,
      audience: 'urn:homerealm:management',
    });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: machine.id, client_id: machine.id, scope: 'users:read groups:read' });
    const some = await client.clientCredentialsGrant(rp, {
      scope: 'groups:read',
      resource: 'urn:homerealm:management',
    });
    expect(decodeJwt(some.access_token)['scope']).toBe('groups:read');
    await expect(client.clientCredentialsGrant(rp, { scope: 'users:write' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    await expect(client.clientCredentialsGrant(rp, { resource: 'https://evil.example' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    expect(await client.tokenIntrospection(rp, all.access_token)).toMatchObject({
      active: true,
      client_id: machine.id,
    });
  });

  it('may authenticate with a key, each assertion once', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'k' }] };
    const body = {
      name: 'K',
      type: 'm2m',
      redirectUris: [],
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks,
      scopes: ['users:read'],
    };
    const machine = await register(issuer, body);
    let assertion = '';
    const byKey = client.PrivateKeyJwt({ key: privateKey, kid: 'k' });
    const remember = async (...[as, c, form, headers]: Parameters<client.ClientAuth>): Promise<void> => {
      await byKey(as, c, form, headers);
      assertion = form.get('client_assertion') ?? '';
    };
    const options = { execute: [client.allowInsecureRequests] };
    // The library awaits what it is typed to ignore.
    const rp = await client.discovery(new URL(issuer), machine.id, {}, remember as client.ClientAuth, options);
    expect(decodeJwt((await client.clientCredentialsGrant(rp)).access_token)['sub']).toBe(machine.id);
    const form = {
      grant_type: 'client_credentials',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    const again = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect(again.status).toBe(401);
  });

  it('browser and native applications sign people in without a secret', async () => {
    const spa = await register(issuer, { type: 'spa', redirectUris: ['https://spa.example/cb'] });
    expect(spa.clientSecret).toBeNull();
    await signIn(issuer, await relyingParty(issuer, spa), spa);
    const native = await register(issuer, {
      type: 'native',
      redirectUris: ['com.example.app:/cb', 'http://127.0.0.1/cb'],
    });
    await signIn(issuer, await relyingParty(issuer, native), native);
    await signIn(issuer, await relyingParty(issuer, native), {
      ...native,
      redirectUris: ['http://127.0.0.1:54321/cb'],
    });
  });

  it('mints the gateway’s own token for the directory, and keeps it', async () => {
    const tokens = gateway.service.app.get(ServiceTokens);
    const token = await tokens.tokenFor('sign-ins:write');
    expect(await tokens.tokenFor('sign-ins:write')).toBe(token);
    expect(decodeJwt(token)).toMatchObject({ iss: issuer, aud: 'urn:homerealm:management', scope: 'sign-ins:write' });
  });

  it('A19: keeps its keys over a restart, and old tokens good over a rotation', async () => {
    const keysOf = async () => {
      const body = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as {
        keys: Record<string, string>[];
      };
      expect(body.keys.some((key) => 'd' in key || 'p' in key)).toBe(false);
      return body.keys.map(({ kid }) => kid).sort();
    };
    const before = await keysOf();
    expect(before).toHaveLength(4);
    await gateway.close();
    gateway = await startGateway(env);
    expect(await keysOf()).toEqual(before);
    const app = await register(issuer, {});
    const rp = await relyingParty(issuer, app);
    const { tokens, browser } = await signIn(issuer, rp, app);
    expect((await call('POST', '/signing-keys/rotate', {})).status).toBe(204);
    expect(await keysOf()).toHaveLength(5);
    const after = await signIn(issuer, rp, app, browser);
    expect(kidOf(after.tokens.access_token)).not.toBe(kidOf(tokens.access_token));
    expect(before).toContain(kidOf(after.tokens.access_token));
    await client.fetchUserInfo(rp, tokens.access_token, String(decodeJwt(tokens.access_token).sub));
    const { rows } = await gateway.pool.query<{ text: string }>(
      'SELECT string_agg(k::text, $1) AS text FROM signing_key k',
      [''],
    );
    expect(rows[0]?.text).not.toMatch(/PRIVATE KEY|"d":/);
  });

  it('are made once for the first administrator, whatever was changed', async () => {
    const token = decodeJwt(await adminToken(issuer));
    expect(String(token['scope']).split(' ')).toContain('applications:write');
    expect(String(token['scope'])).not.toContain('sign-ins:write');
    const { rows } = await gateway.pool.query('SELECT * FROM application WHERE id = $1', [admin.clientId]);
    expect(rows).toHaveLength(1);
  });
});

const kidOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid as string;
