import * as client from 'openid-client';
import { createRemoteJWKSet, customFetch as joseFetch, jwtVerify } from 'jose';
import { app, contoso, fabrikam, read, redirectUri, startBench, type Bench } from './fixtures/bench.js';
import { seed } from './seed.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(() => bench.prepare());

/** The whole flow as an independent, certified client library runs it. */
async function runWithOpenidClient(config: client.Configuration, tenant: string, loginHint: string) {
  config[client.customFetch] = bench.fetch as client.CustomFetch;
  client.enableNonRepudiationChecks(config);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access User.Read',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    login_hint: loginHint,
  });
  expect(url.pathname).toBe(`/${tenant}/oauth2/v2.0/authorize`);
  const answer = await bench.fetch(url);
  const callback = new URL(answer.headers.get('location') ?? '');
  return client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState, expectedNonce });
}

describe('a sign-in through a company’s own endpoints', () => {
  it('completes with an independent client, and everything validates', async () => {
    const server = new URL(`${bench.origin}/${contoso.id}/v2.0`);
    const options = { [client.customFetch]: bench.fetch as client.CustomFetch };
    const config = await client.discovery(server, app.clientId, app.secrets[0]?.value, undefined, options);
    const tokens = await runWithOpenidClient(config, contoso.id, 'anna.berg@contoso.example');
    expect(tokens.claims()).toMatchObject({
      aud: app.clientId,
      iss: `${bench.origin}/${contoso.id}/v2.0`,
      tid: contoso.id,
      oid: seed.people.anna.oid,
      name: 'Anna Berg',
      preferred_username: 'anna.berg@contoso.example',
      email: 'anna.berg@contoso.example',
      given_name: 'Anna',
      xms_edov: true,
      groups: seed.people.anna.groups,
      ver: '2.0',
    });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub);
    const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(person.email).toBe('anna.berg@contoso.example');
  });

  it('gives a domain’s endpoints with the tenant’s id', async () => {
    const answer = await bench.fetch(`${bench.origin}/contoso.example/v2.0/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({ issuer: `${bench.origin}/${contoso.id}/v2.0` });
  });
});

describe('a sign-in through the shared endpoints', () => {
  it.each(['common', 'organizations'])(
    'completes at /%s once the client fills in the issuer template',
    async (segment) => {
      const metadata = await bench.fetch(`${bench.origin}/${segment}/v2.0/.well-known/openid-configuration`);
      const document = (await metadata.json()) as client.ServerMetadata;
      expect(document.issuer).toBe(`${bench.origin}/{tenantid}/v2.0`);
      const filledIn = { ...document, issuer: document.issuer.replace('{tenantid}', fabrikam.id) };
      const { clientId, secrets } = seed.apps.multiTenant;
      const config = new client.Configuration(filledIn, clientId, secrets[0]?.value);
      const tokens = await runWithOpenidClient(config, segment, 'frank.mori@fabrikam.example');
      expect(tokens.claims()).toMatchObject({ tid: fabrikam.id, oid: seed.people.frank.oid });
    },
  );
});

describe('the id_token', () => {
  const claimsOf = async (...ask: Parameters<Bench['signIn']>) =>
    read((await bench.signIn(...ask)).body.id_token).claims;
  const appWith = (change: object) => bench.sim('POST', '/apps', { clientId: app.clientId, ...change });

  it('names nobody but the pairwise subject without the scope profile', async () => {
    const claims = await claimsOf({ with: { scope: 'openid' } });
    expect(claims.sub).toBeDefined();
    for (const name of ['oid', 'tid', 'name', 'preferred_username']) expect(claims).not.toHaveProperty(name);
  });

  it('carries optional claims only when the app asks for them', async () => {
    await appWith({ optionalClaims: [] });
    const bare = await claimsOf({ with: { scope: 'openid profile' } });
    for (const name of ['email', 'given_name', 'family_name', 'xms_edov', 'upn', 'acct'])
      expect(bare).not.toHaveProperty(name);
    expect(await claimsOf({ with: { scope: 'openid profile email' } })).toHaveProperty('email');
    await appWith({ optionalClaims: ['upn', 'acct', 'login_hint'] });
    expect(await claimsOf()).toMatchObject({
      upn: 'anna.berg@contoso.example',
      acct: 0,
      login_hint: expect.any(String),
    });
  });

  it('says of a company’s claim to another company’s address that nobody verified it', async () => {
    const { clientId, secrets } = seed.apps.fabrikam;
    const ask = {
      tenant: fabrikam.id,
      appId: clientId,
      secret: secrets[0]?.value ?? '',
      loginHint: 'mallory.fox@fabrikam.example',
    };
    expect(await claimsOf(ask)).toMatchObject({ email: 'anna.berg@contoso.example', xms_edov: false });
  });

  it('has no email for a person without one, and neither xms_edov', async () => {
    const claims = await claimsOf({ loginHint: 'ines.moreau@contoso.example' });
    expect(claims).toMatchObject({ preferred_username: 'ines.moreau@contoso.example' });
    expect(claims).not.toHaveProperty('email');
    expect(claims).not.toHaveProperty('xms_edov');
  });

  it('calls the same person something else for another app, and a guest by another object id', async () => {
    const { clientId, secrets } = seed.apps.multiTenant;
    const other = { appId: clientId, secret: secrets[0]?.value ?? '' };
    const [here, there] = [await claimsOf(), await claimsOf(other)];
    expect(there.oid).toBe(here.oid);
    expect(there.sub).not.toBe(here.sub);
    const loginHint = 'greta.lind@fabrikam.example';
    const [guest, member] = [
      await claimsOf({ ...other, loginHint }),
      await claimsOf({ ...other, loginHint, tenant: 'common' }),
    ];
    expect(guest).toMatchObject({ tid: contoso.id, email: loginHint });
    expect(member).toMatchObject({ tid: fabrikam.id });
    expect(guest.oid).not.toBe(member.oid);
  });

  it.each([
    ['ben.okafor', undefined, false],
    ['carla.diaz', 200, false],
    ['dev.patel', undefined, true],
  ])('of %s has %s groups and the overage marker: %s', async (name, groups, marker) => {
    const claims = await claimsOf({ loginHint: `${name}@contoso.example` });
    expect((claims.groups as string[] | undefined)?.length).toBe(groups);
    expect('_claim_names' in claims).toBe(marker);
    if (marker)
      expect(JSON.stringify(claims._claim_sources)).toContain(`https://graph.windows.net/${contoso.id}/users/`);
  });

  it('has the marker with one group more than 200, and none at exactly 200', async () => {
    const loginHint = 'ben.okafor@contoso.example';
    const withGroups = async (count: number) => {
      await bench.sim('PUT', `/users/${seed.people.ben.oid}/groups`, { count });
      return claimsOf({ loginHint });
    };
    expect((await withGroups(200)).groups).toHaveLength(200);
    expect(await withGroups(201)).toMatchObject({ _claim_names: { groups: 'src1' } });
    expect((await withGroups(1)).groups).toHaveLength(1);
  });

  it('verifies by the published keys, each bound to an issuer, and still after a rotation', async () => {
    const keysUrl = new URL(`${bench.origin}/${contoso.id}/discovery/v2.0/keys`);
    const published = (await (await bench.fetch(keysUrl)).json()) as { keys: Record<string, unknown>[] };
    expect(published.keys[0]).toMatchObject({
      kty: 'RSA',
      use: 'sig',
      issuer: `${bench.origin}/${contoso.id}/v2.0`,
      x5c: [expect.any(String)],
    });
    expect(published.keys[0]).not.toHaveProperty('alg');
    const verify = async (token: unknown) =>
      jwtVerify(String(token), createRemoteJWKSet(keysUrl, { [joseFetch]: bench.fetch as typeof fetch }), {
        typ: 'JWT',
      });
    const before = await bench.signIn();
    await bench.sim('POST', '/keys/rotate');
    const after = await bench.signIn();
    const [old, fresh] = [await verify(before.body.id_token), await verify(after.body.id_token)];
    expect(fresh.protectedHeader.kid).not.toBe(old.protectedHeader.kid);
    await bench.sim('POST', '/keys/rotate', { dropOld: true });
    await expect(verify(after.body.id_token)).rejects.toThrow();
  });
});
