import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { fetchTrusting } from './fixtures/fetch-trusting.js';
import { socialProviders } from './seed.js';
import { startSimulator, type RunningSimulator } from './simulator.js';

const redirectUri = 'http://localhost:4000/login/callback/conn_1';
const verifier = randomBytes(32).toString('base64url');

describe('the social providers', () => {
  let simulator: RunningSimulator;
  let fetch: ReturnType<typeof fetchTrusting>;
  beforeAll(async () => {
    simulator = await startSimulator();
    fetch = fetchTrusting(simulator.caPem);
  });
  afterAll(() => simulator?.close());

  type Key = keyof typeof socialProviders;
  const authorizeUrl = (key: Key, change: Record<string, string> = {}) => {
    const path = key === 'github' ? '/github/login/oauth/authorize' : `/${key}/authorize`;
    const url = new URL(`${simulator.origin}${path}`);
    const asked = {
      ...{ client_id: socialProviders[key].client.clientId, redirect_uri: redirectUri, response_type: 'code' },
      ...{ scope: 'openid profile email', state: 'state-1', nonce: 'nonce-1', code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      ...change,
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return url;
  };
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${simulator.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  const choose = async (key: Key, choice: Record<string, string>) => {
    const page = await (await fetch(authorizeUrl(key))).text();
    const ctx = /name="ctx" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const back = await post(`/${key}/choose`, { ctx, ...choice });
    return new URL(back.headers.get('location') ?? `https://no-redirect.example/${back.status}`).searchParams;
  };
  const redeem = async (key: Key, code: string, change: Record<string, string> = {}) => {
    const { clientId, secret } = socialProviders[key].client;
    const form = {
      ...{ grant_type: 'authorization_code', client_id: clientId, client_secret: secret, redirect_uri: redirectUri },
      ...{ code, code_verifier: verifier, ...change },
    };
    const answer = await post(key === 'github' ? '/github/login/oauth/access_token' : `/${key}/token`, form);
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  it.each(['google', 'linkedin'] as const)('%s signs its people in by OpenID Connect', async (key) => {
    const issuer = `${simulator.origin}/${key}`;
    const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}/token` });
    const [olga] = socialProviders[key].people;
    const back = await choose(key, { account: String(olga.id) });
    expect([back.get('state'), back.get('iss')]).toEqual(['state-1', issuer]);
    const { body } = await redeem(key, back.get('code') ?? '');
    const idToken = body['id_token'] ?? '';
    expect(decodeJwt(idToken)).toMatchObject({
      ...{ iss: issuer, aud: socialProviders[key].client.clientId, nonce: 'nonce-1', sub: String(olga.id) },
      ...{ email: olga.email, email_verified: true, given_name: 'Olga', family_name: 'Stern' },
    });
    const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: (JsonWebKey & { kid: string })[] };
    const jwk = keys.find(({ kid }) => kid === decodeProtectedHeader(idToken).kid) ?? {};
    const [header, claims, signature = ''] = idToken.split('.');
    const signed = Buffer.from(`${header}.${claims}`);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('GitHub signs its people in by OAuth, and tells who they are by its API', async () => {
    const back = await choose('github', { account: '3001' });
    const { body } = await redeem('github', back.get('code') ?? '');
    const headers = { authorization: `Bearer ${body['access_token']}`, 'user-agent': 'spec' };
    const user = await (await fetch(`${simulator.origin}/github/api/v3/user`, { headers })).json();
    expect(user).toMatchObject({ id: 3001, login: 'olga-stern', type: 'User' });
    const emails = await (await fetch(`${simulator.origin}/github/api/v3/user/emails`, { headers })).json();
    expect(emails).toMatchObject([{ email: 'olga.stern@mail.example', primary: true, verified: true }]);
  });

  it('shows the hinted account first, and offers all others', async () => {
    const page = await (await fetch(authorizeUrl('google', { login_hint: 'mira.falk@mail.example' }))).text();
    expect(page.indexOf('Mira Falk')).toBeLessThan(page.indexOf('Olga Stern'));
    expect(page).toContain('no email');
  });

  it('somebody added is offered at that provider alone, and gone when removed', async () => {
    const control = (method: string, path: string, body?: object) =>
      fetch(`${simulator.origin}/_sim/social-people${path}`, {
        ...{ method, headers: { 'content-type': 'application/json' } },
        ...(body && { body: JSON.stringify(body) }),
      });
    const zoe = { email: 'zoe@mail.example', emailVerified: true };
    const added = await control('POST', '', { provider: 'google', givenName: 'Zoe', familyName: 'Neu', ...zoe });
    const { id } = (await added.json()) as { id: number };
    const { body } = await redeem('google', (await choose('google', { account: String(id) })).get('code') ?? '');
    expect(decodeJwt(body['id_token'] ?? '')).toMatchObject({
      ...{ sub: String(id), name: 'Zoe Neu', email: zoe.email, email_verified: true },
    });
    expect(await (await fetch(authorizeUrl('linkedin'))).text()).not.toContain('Zoe Neu');
    expect((await control('DELETE', `/${id}`)).status).toBe(204);
    expect((await control('DELETE', `/${id}`)).status).toBe(404);
    expect((await choose('google', { account: String(id) })).get('error')).toBe('access_denied');
    expect((await control('POST', '', { provider: 'myspace', givenName: 'Zoe', familyName: 'Neu' })).status).toBe(400);
  });

  it('a person who cancels goes back with access_denied', async () => {
    expect((await choose('google', { cancel: '1' })).get('error')).toBe('access_denied');
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['another secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['another verifier', { code_verifier: 'wrong' }, 400, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: `${redirectUri}x` }, 400, 'invalid_grant'],
  ])('redeems no code with %s, and none twice', async (_says, change, status, error) => {
    const code = (await choose('google', { account: '1001' })).get('code') ?? '';
    expect(await redeem('google', code, change)).toMatchObject({ status, body: { error } });
    const used = (await choose('google', { account: '1001' })).get('code') ?? '';
    expect((await redeem('google', used)).status).toBe(200);
    expect((await redeem('google', used)).body).toEqual({ error: 'invalid_grant' });
    expect((await redeem('linkedin', used)).status).toBe(400);
  });

  it.each<[string, Record<string, string>]>([
    ['an application it does not know', { client_id: 'somebody' }],
    ['a redirect URI on another machine', { redirect_uri: 'https://evil.example/' }],
    ['plain PKCE', { code_challenge_method: 'plain' }],
  ])('shows %s nothing but an error', async (_says, change) => {
    const answer = await fetch(authorizeUrl('google', change));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});
