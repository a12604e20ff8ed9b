import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import {
  ada,
  beginFlow,
  bob,
  environment,
  type Gateway,
  next,
  register,
  type Registered,
  relyingParty,
  signIn,
  startGateway,
  TinyBrowser,
} from '../../fixtures/provider-under-test.js';

describe('the OpenID provider', () => {
  let gateway: Gateway;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;

  beforeAll(async () => {
    gateway = await startGateway(await environment());
    issuer = gateway.issuer;
    app = await register(issuer, {});
    rp = await relyingParty(issuer, app);
  });
  afterAll(() => gateway.close());

  it('signs a person in to a standard client, with the claims of this sign-in', async () => {
    const { tokens } = await signIn(issuer, rp, app, new TinyBrowser(), { org_code: ada.organizationId });
    expect(tokens.claims()).toMatchObject({
      iss: issuer,
      sub: ada.userId,
      name: 'Ada Example',
      email: 'ada@contoso.example',
      email_verified: true,
      ext_provider: {
        connection_id: ada.connectionId,
        name: 'contoso',
        claims: {
          email: 'ada@contoso.example',
          given_name: 'Ada',
          profile: { groups: ['g1', 'g2'], jobTitle: 'Countess' },
        },
      },
    });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: issuer,
      sub: ada.userId,
      client_id: app.id,
      aud: `urn:homerealm:application:${app.id}`,
      scope: 'openid profile email offline_access',
      org_code: ada.organizationId,
      ext_groups: ['g1', 'g2'],
      ext_groups_status: 'complete',
      extra_claims: { jobTitle: 'Countess' },
    });
    expect(next.pending.at(-1)).toMatchObject({
      applicationId: app.id,
      applicationName: 'Shop',
      organizationId: ada.organizationId,
    });
  });

  it('answers userinfo, introspection and revocation for its JWT access tokens', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    const userinfo = await client.fetchUserInfo(rp, tokens.access_token, ada.userId);
    expect(userinfo).toMatchObject({ sub: ada.userId, given_name: 'Ada', email: 'ada@contoso.example' });
    expect(userinfo).not.toHaveProperty('ext_provider');
    const introspected = await client.tokenIntrospection(rp, tokens.access_token);
    expect(introspected).toMatchObject({ active: true, sub: ada.userId, client_id: app.id, ext_groups: ['g1', 'g2'] });
    expect(introspected.aud).toBe(`urn:homerealm:application:${app.id}`);
    await client.tokenRevocation(rp, tokens.access_token);
    expect(await client.tokenIntrospection(rp, tokens.access_token)).toEqual({ active: false });
    await expect(client.fetchUserInfo(rp, tokens.access_token, ada.userId)).rejects.toThrow();
  });

  it('introspects refresh tokens, and nobody else’s tokens', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    const refreshToken = String(tokens.refresh_token);
    expect(await client.tokenIntrospection(rp, refreshToken)).toMatchObject({ active: true, client_id: app.id });
    const other = await register(issuer, { name: 'Other' });
    const otherRp = await relyingParty(issuer, other);
    expect(await client.tokenIntrospection(otherRp, refreshToken)).toEqual({ active: false });
    expect(await client.tokenIntrospection(otherRp, tokens.access_token)).toEqual({ active: false });
    await client.tokenRevocation(otherRp, refreshToken).catch(() => undefined);
    expect(await client.tokenIntrospection(rp, refreshToken)).toMatchObject({ active: true });
  });

  it('says so when the groups are not known, and nothing when nobody asked for them', async () => {
    const before = next.groups;
    next.groups = { completeness: 'unknown', reason: 'graph.timeout', asOf: '2026-01-01T10:00:00.000Z' };
    const unknown = decodeJwt((await signIn(issuer, rp, app)).tokens.access_token);
    expect(unknown).toMatchObject({ ext_groups_status: 'unknown' });
    expect(unknown).not.toHaveProperty('ext_groups');
    next.groups = undefined;
    const none = decodeJwt((await signIn(issuer, rp, app)).tokens.access_token);
    expect(none).not.toHaveProperty('ext_groups_status');
    next.groups = before;
  });

  it('signs in to a second application from the session, without asking again', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const asked = next.pending.length;
    const second = await register(issuer, { name: 'Second', idTokenSignedResponseAlg: 'RS256' });
    const { tokens } = await signIn(issuer, await relyingParty(issuer, second), second, browser);
    expect(next.pending).toHaveLength(asked);
    expect(decodeProtectedHeader(String(tokens.id_token)).alg).toBe('RS256');
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: ada.userId, ext_groups: ['g1', 'g2'] });
  });

  it('asks again with prompt=login and answers prompt=none without asking', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const asked = next.pending.length;
    await signIn(issuer, rp, app, browser, { prompt: 'none' });
    expect(next.pending).toHaveLength(asked);
    await signIn(issuer, rp, app, browser, { prompt: 'login' });
    expect(next.pending).toHaveLength(asked + 1);
    await signIn(issuer, rp, app, browser, { prompt: 'select_account' });
    await signIn(issuer, rp, app, browser, { prompt: 'consent' });
    const stranger = await beginFlow(rp, app, { prompt: 'none' });
    const { at } = await new TinyBrowser().follow(stranger.url.href, new URL(issuer).host);
    expect(new URL(at).searchParams.get('error')).toBe('login_required');
  });

  it('changes the session id at every sign-in, and the person of the session when another one signs in', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const sessionName = [...browser.jar.keys()].find((name) => name.includes('session')) ?? '';
    const first = browser.jar.get(sessionName);
    await signIn(issuer, rp, app, browser, { prompt: 'login' });
    const second = browser.jar.get(sessionName);
    expect(second).not.toBe(first);
    next.person = bob;
    const { tokens } = await signIn(issuer, rp, app, browser, { prompt: 'login' });
    next.person = ada;
    expect(tokens.claims()?.sub).toBe(bob.userId);
    expect(browser.jar.get(sessionName)).not.toBe(second);
  });

  it('tells the application when nobody got in', async () => {
    next.fails = true;
    const flow = await beginFlow(rp, app);
    const { at } = await new TinyBrowser().follow(flow.url.href, new URL(issuer).host);
    next.fails = false;
    const { searchParams } = new URL(at);
    expect(Object.fromEntries(searchParams)).toMatchObject({ error: 'access_denied', state: flow.state, iss: issuer });
  });

  it('answers by form where the application asks for that', async () => {
    const flow = await beginFlow(rp, app, { response_mode: 'form_post' });
    const { response } = await new TinyBrowser().follow(flow.url.href, new URL(issuer).host);
    const html = await response?.text();
    expect(html).toContain('action="https://shop.example/cb"');
    expect(html).toMatch(/name="code" value="[\w-]{43}"/);
    expect(response?.headers.get('content-security-policy')).toMatch(/script-src 'sha256-/);
  });

  it('takes authorize requests as a form', async () => {
    const { url } = await beginFlow(rp, app);
    const browser = new TinyBrowser();
    const response = await browser.go(`${url.origin}${url.pathname}`, { method: 'POST', body: url.searchParams });
    expect(response.status).toBe(303);
    const { at } = await browser.follow(new URL(response.headers.get('location') ?? '', issuer).href, url.host);
    expect(new URL(at).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
  });

  it('signs in two tabs of one browser at the same time', async () => {
    const browser = new TinyBrowser();
    const flows = [await beginFlow(rp, app), await beginFlow(rp, app)];
    const doors = [];
    for (const { url } of flows) doors.push((await browser.go(url.href)).headers.get('location') ?? '');
    for (const door of doors) {
      const { at } = await browser.follow(new URL(door, issuer).href, new URL(issuer).host);
      expect(new URL(at).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    }
  });

  it('lets nobody finish a sign-in that began in another browser', async () => {
    const { url } = await beginFlow(rp, app);
    const door = (await new TinyBrowser().go(url.href)).headers.get('location') ?? '';
    for (const thief of [new TinyBrowser(), (await signIn(issuer, rp, app)).browser]) {
      const { response } = await thief.follow(new URL(door, issuer).href, url.host);
      expect(response?.status).toBe(410);
    }
  });
});
