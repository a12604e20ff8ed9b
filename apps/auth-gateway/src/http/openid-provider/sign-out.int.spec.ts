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
import { eventually } from '@homerealm/testing';
import pg from 'pg';

describe('sign-out', () => {
  let gateway: Gateway;
  let log: pg.Pool;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;
  const bye = 'https://shop.example/bye';

  beforeAll(async () => {
    const env = await environment();
    gateway = await startGateway(env);
    log = new pg.Pool({ connectionString: env['EVENT_LOG_DATABASE_URL'], max: 1 });
    issuer = gateway.issuer;
    app = await register(issuer, { postLogoutRedirectUris: [bye] });
    rp = await relyingParty(issuer, app);
  });
  afterAll(async () => {
    await log.end();
    await gateway.close();
  });

  const signOut = (browser: TinyBrowser, params: Record<string, string>) =>
    browser.go(`${issuer}/oauth2/logout?${new URLSearchParams(params)}`);
  const isTold = (userId: string, reason: string, applicationId: string | null) =>
    eventually(
      async () => {
        const { rows } = await log.query<{ value: string }>('SELECT value FROM log_event WHERE key = $1', [userId]);
        const told = rows.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
        return told.some((data) => data['reason'] === reason && data['applicationId'] === applicationId);
      },
      { says: 'UserSignedOut' },
    );
  const isSignedIn = async (browser: TinyBrowser) => {
    const { url } = await beginFlow(rp, app, { prompt: 'none' });
    return ((await browser.go(url.href)).headers.get('location') ?? '').includes('code=');
  };

  it('ends the session at once for an application that shows the user’s ID token, and tells about it', async () => {
    const { tokens, browser } = await signIn(issuer, rp, app, new TinyBrowser(), { scope: 'openid' });
    const hint = String(tokens.id_token);
    const answer = await signOut(browser, { id_token_hint: hint, post_logout_redirect_uri: bye, state: 's1' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${bye}?state=s1`);
    expect(await isSignedIn(browser)).toBe(false);
    await expect(client.fetchUserInfo(rp, tokens.access_token, ada.userId)).rejects.toThrow();
    await isTold(ada.userId, 'requested', app.id);
  });

  it('tells that a session ended because another person signed in', async () => {
    const { browser } = await signIn(issuer, rp, app);
    next.person = bob;
    await signIn(issuer, rp, app, browser, { prompt: 'login' });
    next.person = ada;
    await isTold(ada.userId, 'revoked', null);
  });

  it('asks first where nobody proves whose session it is', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const page = await signOut(browser, { client_id: app.id, post_logout_redirect_uri: bye });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('Do you want to sign out?');
    expect(await isSignedIn(browser)).toBe(true);
    const again = await (await signOut(browser, { client_id: app.id, post_logout_redirect_uri: bye })).text();
    const xsrf = /name="xsrf" value="(\w+)"/.exec(again)?.[1] ?? '';
    const body = new URLSearchParams({ xsrf, logout: 'yes' });
    const done = await browser.go(`${issuer}/oauth2/logout/confirm`, { method: 'POST', body });
    expect(done.headers.get('location')).toBe(bye);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('takes the request as a form, and goes on when nobody is signed in', async () => {
    const body = new URLSearchParams({ client_id: app.id, post_logout_redirect_uri: bye });
    const browser = new TinyBrowser();
    const first = await browser.go(`${issuer}/oauth2/logout`, { method: 'POST', body });
    expect(first.status).toBe(303);
    const { at } = await browser.follow(
      new URL(first.headers.get('location') ?? '', issuer).href,
      new URL(issuer).host,
    );
    expect(at).toBe(bye);
  });

  it('A50: takes no ID token of another person or application', async () => {
    const { browser } = await signIn(issuer, rp, app);
    next.person = bob;
    const other = await signIn(issuer, rp, app);
    next.person = ada;
    const foreign = await signOut(browser, {
      id_token_hint: String(other.tokens.id_token),
      post_logout_redirect_uri: bye,
    });
    expect(foreign.status).toBe(400);
    const second = await register(issuer, { name: 'Second' });
    const mixed = await signOut(browser, { id_token_hint: String(other.tokens.id_token), client_id: second.id });
    expect(mixed.status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it.each(['https://shop.example/bye/', 'https://evil.example/', 'https://shop.example/bye#x', 'javascript:alert(1)'])(
    'A10: never redirects to %s',
    async (target) => {
      const { tokens, browser } = await signIn(issuer, rp, app);
      const answer = await signOut(browser, {
        id_token_hint: String(tokens.id_token),
        post_logout_redirect_uri: target,
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
      const blind = await signOut(new TinyBrowser(), { post_logout_redirect_uri: target });
      expect(blind.headers.get('location') ?? '').not.toContain(target);
    },
  );
});
