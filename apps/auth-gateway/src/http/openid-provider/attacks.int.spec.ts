import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as httpRequest } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import {
  ada,
  adminToken,
  beginFlow,
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
import { RotateSigningKeys } from '../../use-cases/rotate-signing-keys.js';

describe('attacks on the provider', () => {
  let gateway: Gateway;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;
  /** Somebody else's server: nothing here may ever call it. */
  let elsewhere: Server;
  let calls = 0;
  let evil = '';

  beforeAll(async () => {
    elsewhere = createServer((_request, response) => {
      calls++;
      response.end('{}');
    });
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    evil = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    gateway = await startGateway(await environment());
    issuer = gateway.issuer;
    app = await register(issuer, { redirectUris: ['https://shop.example/cb'] });
    rp = await relyingParty(issuer, app);
  });
  afterAll(async () => {
    await gateway?.close();
    elsewhere.close();
  });
  beforeEach(() => {
    calls = 0;
    next.person = ada;
  });

  const basic = (id: string, secret: string | null) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const token = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(form);
    const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body, headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const userinfo = (bearer: string) =>
    fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${bearer}` } });
  const codeOf = async (browser = new TinyBrowser()) => {
    const flow = await beginFlow(rp, app);
    const { at } = await browser.follow(flow.url.href, new URL(issuer).host);
    return { flow, code: new URL(at).searchParams.get('code') ?? '' };
  };

  it('A5: a code of one browser, put into the request of another: its verifier does not fit', async () => {
    const victim = await codeOf();
    const attacker = await codeOf();
    const form = { grant_type: 'authorization_code', code: victim.code, redirect_uri: 'https://shop.example/cb' };
    const answer = await token(
      { ...form, code_verifier: attacker.flow.verifier },
      { authorization: basic(app.id, app.clientSecret) },
    );
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('A12: no id that was there before the sign-in is the session’s after it', async () => {
    const browser = new TinyBrowser();
    const { url } = await beginFlow(rp, app);
    await browser.go(url.href);
    const before = new Set(browser.jar.values());
    const planted = 'planted-by-somebody-else-0123456789abcdefghijk';
    const name = `homerealm_session_${new URL(issuer).port}`;
    browser.jar.set(name, planted);
    await signIn(issuer, rp, app, browser);
    const session = browser.jar.get(name) ?? '';
    expect(session).not.toBe('');
    expect([planted, ...before]).not.toContain(session);
  });

  it('A14: a key, an address of one, or a path in the header of a token is not looked at, and nobody is called', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    const headers: Record<string, unknown>[] = [
      { jwk },
      { jku: `${evil}/jwks.json` },
      { x5u: `${evil}/cert.pem` },
      ...['../../etc/passwd', `' OR '1'='1`, `${evil}/key`, '__proto__'].map((kid) => ({ kid })),
    ];
    const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    headers.push({ kid: keys.keys[0]?.kid, jku: `${evil}/jwks.json`, jwk });
    const claims = { client_id: app.id, scope: 'openid', jti: 'grant.random' };
    for (const header of headers) {
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .setSubject(ada.userId)
        .setIssuer(issuer)
        .setExpirationTime('1h')
        .sign(privateKey);
      expect([header, (await userinfo(forged)).status]).toEqual([header, 401]);
      const form = {
        ...{ grant_type: 'client_credentials', client_id: app.id, client_assertion: forged },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
      expect((await token(form)).status).toBeGreaterThanOrEqual(400);
    }
    expect(calls).toBe(0);
  });

  it('A14, A53: a request object, its address, or one pushed by another application changes nothing', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const signed = await new SignJWT({ client_id: app.id, redirect_uri: 'https://evil.example/' })
      .setProtectedHeader({ alg: 'ES256', jku: `${evil}/jwks.json` })
      .sign(privateKey);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`;
    const addresses = [`${evil}/request`, 'urn:ietf:params:oauth:request_uri:another-application'];
    for (const params of [{ request: signed }, { request: none }, ...addresses.map((uri) => ({ request_uri: uri }))]) {
      const { url } = await beginFlow(rp, app, params as Record<string, string>);
      const location = (await new TinyBrowser().go(url.href)).headers.get('location') ?? 'page';
      expect(location).toMatch(/^page$|error=request(_uri)?_not_supported/);
      expect(location).not.toContain('evil');
    }
    const pushed = await fetch(`${issuer}/oauth2/par`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: app.id }),
    });
    expect(pushed.status).toBe(404);
    expect(calls).toBe(0);
  });

  it('A19: our own keys rotate under load: every sign-in works, and old tokens verify until they end', async () => {
    const before = await signIn(issuer, rp, app);
    const rotate = gateway.service.app.get(RotateSigningKeys);
    const load = Array.from({ length: 12 }, (_, count) =>
      (async () => {
        const { tokens } = await signIn(issuer, rp, app);
        expect((await userinfo(tokens.access_token)).status).toBe(200);
        return count;
      })(),
    );
    const ended = await Promise.allSettled([...load, rotate.execute('ES256')]);
    expect(ended.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect((await userinfo(before.tokens.access_token)).status).toBe(200);
    await client.refreshTokenGrant(rp, String(before.tokens.refresh_token));
  });

  it('A51: two secrets of an application are good in the window, a deleted one is not, and near misses never', async () => {
    const mine = await register(issuer, {
      ...{ type: 'm2m', redirectUris: [], scopes: ['users:read'] },
    });
    const first = mine.clientSecret ?? '';
    const bearer = { authorization: `Bearer ${await adminToken(issuer)}` };
    const secrets = `${issuer}/applications/${mine.id}/secrets`;
    const added = (await (await fetch(secrets, { method: 'POST', headers: bearer })).json()) as {
      clientSecret: string;
    };
    const second = added.clientSecret;
    const works = async (secret: string) => {
      const { status, body } = await token(
        { grant_type: 'client_credentials' },
        { authorization: basic(mine.id, secret) },
      );
      if (status !== 200) expect(['invalid_client', 'invalid_request']).toContain(body['error']);
      return status === 200;
    };
    expect([await works(first), await works(second)]).toEqual([true, true]);
    const misses = [first.slice(0, -1), `${first}x`, first.toUpperCase(), first + second, '', ' ', `${first}\0`];
    for (const miss of misses) expect([miss, await works(miss)]).toEqual([miss, false]);
    const { secrets: known } = (await (
      await fetch(`${issuer}/applications/${mine.id}`, { headers: bearer })
    ).json()) as {
      secrets: { id: string }[];
    };
    await fetch(`${secrets}/${known[0]?.id}`, { method: 'DELETE', headers: bearer });
    expect([await works(first), await works(second)]).toEqual([false, true]);
  });

  it.each([
    ['Host', { host: 'evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'javascript' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=http' }],
    ['X-Original-URL', { 'x-original-url': '/evil.example' }],
    ['X-Forwarded-Prefix', { 'x-forwarded-prefix': '//evil.example' }],
  ])('A52: %s changes no issuer, no redirect and no cookie', async (_name, headers) => {
    const { hostname, port } = new URL(issuer);
    const { url } = await beginFlow(rp, app);
    for (const path of ['/.well-known/openid-configuration', `${url.pathname}${url.search}`, '/oauth2/logout']) {
      const answer = await new Promise<string>((resolve, reject) => {
        httpRequest({ hostname, port, path, headers: headers as Record<string, string> }, (response) => {
          let text = `${response.headers.location ?? ''} ${String(response.headers['set-cookie'] ?? '')} `;
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve(text));
        })
          .on('error', reject)
          .end();
      });
      expect(answer).not.toContain('evil');
      expect(answer).not.toContain('javascript:');
    }
  });

  it('A52: no parameter puts a line of its own into the answer', async () => {
    const { url } = await beginFlow(rp, app, { state: 'a\r\nset-cookie: planted=1\r\n\r\n<script>' });
    const answer = await new TinyBrowser().go(url.href);
    expect(answer.headers.getSetCookie().join()).not.toContain('planted');
    const { at } = await new TinyBrowser().follow(url.href, new URL(issuer).host);
    expect(at).not.toMatch(/[\r\n]/);
  });

  it('A44: no token answer is kept by a cache, and every page forbids frames and foreign scripts', async () => {
    const { tokens, browser } = await signIn(issuer, rp, app);
    const refreshed = await fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: basic(app.id, app.clientSecret) },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }),
    });
    expect(refreshed.headers.get('cache-control')).toContain('no-store');
    expect((await userinfo(tokens.access_token)).headers.get('cache-control')).toContain('no-store');
    const pages = ['/oauth2/logout', '/oauth2/auth?client_id=nobody', '/oauth2/nothing'];
    for (const path of pages) {
      const { headers } = await browser.go(`${issuer}${path}`);
      expect([path, headers.get('content-security-policy')]).toEqual([
        path,
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
      expect([path, headers.get('x-frame-options')]).toEqual([path, 'DENY']);
    }
  });
});
