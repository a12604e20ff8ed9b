import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import type * as client from 'openid-client';
import {
  ada,
  adminToken,
  beginFlow,
  environment,
  type Gateway,
  register,
  type Registered,
  relyingParty,
  signIn,
  startGateway,
  TinyBrowser,
} from '../../fixtures/provider-under-test.js';

const registeredUri = 'https://shop.example:8443/auth/cb?tenant=1';

describe('hostile requests', () => {
  let gateway: Gateway;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;

  beforeAll(async () => {
    gateway = await startGateway(await environment());
    issuer = gateway.issuer;
    app = await register(issuer, {
      redirectUris: ['https://shop.example/cb', registeredUri],
      postLogoutRedirectUris: ['https://shop.example/bye'],
    });
    rp = await relyingParty(issuer, app);
  });
  afterAll(() => gateway.close());

  const authorize = async (params: Record<string, string | undefined>) => {
    const { url } = await beginFlow(rp, app, { redirect_uri: registeredUri });
    for (const [name, value] of Object.entries(params)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    return new TinyBrowser().go(url.href);
  };
  const isErrorPage = async (response: Response) => {
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    const html = await response.text();
    expect(html).toMatch(/[0-9a-f]{8}-[0-9a-f-]{27}/);
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  };

  it.each([
    ['another case', 'https://shop.example:8443/Auth/cb?tenant=1'],
    ['another scheme', 'http://shop.example:8443/auth/cb?tenant=1'],
    ['another port', 'https://shop.example/auth/cb?tenant=1'],
    ['a subdomain', 'https://x.shop.example:8443/auth/cb?tenant=1'],
    ['user info', 'https://shop.example:8443@evil.example/auth/cb?tenant=1'],
    ['a backslash', 'https://shop.example:8443\\@evil.example/auth/cb?tenant=1'],
    ['dot segments', 'https://shop.example:8443/auth/x/../cb?tenant=1'],
    ['an encoded slash', 'https://shop.example:8443/auth%2fcb?tenant=1'],
    ['a fragment', 'https://shop.example:8443/auth/cb?tenant=1#x'],
    ['a longer path', 'https://shop.example:8443/auth/cb/x?tenant=1'],
    ['a longer query', 'https://shop.example:8443/auth/cb?tenant=1&x=1'],
    ['a line break', 'https://shop.example:8443/auth/cb?tenant=1\r\nx: y'],
    ['nothing', ''],
    ['a script', 'javascript:alert(1)'],
  ])('A9: never redirects to a redirect URI with %s', async (_name, redirect_uri) => {
    await isErrorPage(await authorize({ redirect_uri }));
  });

  it('A9: never redirects to anything but the registered address', async () => {
    const change = fc.tuple(fc.nat(registeredUri.length), fc.nat(3), fc.string({ maxLength: 4, unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, remove, insert]) => {
        const changed = registeredUri.slice(0, at) + insert + registeredUri.slice(at + remove);
        fc.pre(changed !== registeredUri);
        const response = await authorize({ redirect_uri: changed });
        expect(response.status).toBe(400);
        expect(response.headers.get('location')).toBeNull();
        await response.arrayBuffer();
      }),
      { numRuns: 60 },
    );
  });

  it('answers an unknown application, and a missing redirect URI or two of them, by an error page', async () => {
    await isErrorPage(await authorize({ client_id: 'nobody' }));
    await isErrorPage(await authorize({ client_id: undefined }));
    await isErrorPage(await authorize({ redirect_uri: undefined }));
    const { url } = await beginFlow(rp, app);
    url.searchParams.append('redirect_uri', 'https://evil.example/');
    await isErrorPage(await new TinyBrowser().go(url.href));
  });

  it('A53, A54: takes no request objects, and registers nobody', async () => {
    const jar = await authorize({ request: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(jar.headers.get('location')).toContain('error=request_not_supported');
    const byUri = await authorize({ request_uri: 'https://evil.example/request' });
    expect(byUri.headers.get('location') ?? 'page').toMatch(/error=request_uri_not_supported|page/);
    expect((await fetch(`${issuer}/oauth2/reg`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${issuer}/reg`, { method: 'POST' })).status).toBe(404);
  });

  it('A52: says its own host, whatever the request says', async () => {
    const { hostname, port } = new URL(issuer);
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example',
    };
    const body = await new Promise<string>((resolve, reject) => {
      const path = '/.well-known/openid-configuration';
      httpRequest({ hostname, port, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(body).not.toContain('evil');
    const discovery = JSON.parse(body) as Record<string, unknown>;
    expect(discovery).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/oauth2/auth`,
      token_endpoint: `${issuer}/oauth2/token`,
      userinfo_endpoint: `${issuer}/oauth2/userinfo`,
      end_session_endpoint: `${issuer}/oauth2/logout`,
      introspection_endpoint: `${issuer}/oauth2/introspection`,
      revocation_endpoint: `${issuer}/oauth2/revocation`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
    });
  });

  it('A13: takes no forged access token', async () => {
    const key = new TextEncoder().encode('x'.repeat(32));
    const claims = { client_id: app.id, scope: 'openid', jti: 'grant.random' };
    const hs256 = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(ada.userId)
      .setIssuer(issuer)
      .setExpirationTime('1h')
      .sign(key);
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${hs256.split('.')[1]}.`;
    const { tokens } = await signIn(issuer, rp, app);
    const cut = `${tokens.access_token.slice(0, -4)}AAAA`;
    const jti = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString()).jti as string;
    for (const token of [hs256, none, cut, String(tokens.id_token), await adminToken(issuer), jti, 'x']) {
      const response = await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(401);
    }
  });

  it('A11: believes neither of two session cookies', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const [name = '', value = ''] = [...browser.jar].find(([key]) => key.includes('session')) ?? [];
    const { url } = await beginFlow(rp, app, { prompt: 'none' });
    const once = await fetch(url, { redirect: 'manual', headers: { cookie: `${name}=${value}` } });
    expect(once.headers.get('location')).toContain('code=');
    const twice = await fetch(url, { redirect: 'manual', headers: { cookie: `${name}=${value}; ${name}=planted` } });
    expect(twice.headers.get('location')).toContain('error=login_required');
  });

  it('A44: sends its headers with every page and token', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    const answers = [
      await authorize({ client_id: 'nobody' }),
      await fetch(`${issuer}/oauth2/logout`),
      await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await fetch(`${issuer}/oauth2/token`, { method: 'POST' }),
    ];
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('cache-control')).toContain('no-store');
    }
  });
});
