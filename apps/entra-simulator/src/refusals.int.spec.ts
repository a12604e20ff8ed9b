import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createHash, webcrypto } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  app,
  contoso,
  fabrikam,
  read,
  redirectUri,
  startBench,
  type Bench,
  type TokenAnswer,
} from './fixtures/bench.js';
import { seed } from './seed.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(() => bench.prepare());

const appWith = (change: object) => bench.sim('POST', '/apps', { clientId: app.clientId, ...change });

describe('authorize, when it cannot trust the address to go back to, shows a page', () => {
  it.each([
    ['an unregistered redirect URI', { with: { redirect_uri: `${redirectUri}/` } }, 50011],
    ['an unknown client', { appId: 'aaaaaaaa-0000-4000-8000-000000000001' }, 700016],
    ['another company’s app', { tenant: fabrikam.id }, 700016],
    ['a single-tenant app at /common', { tenant: 'common' }, 50194],
    ['a work app at /consumers', { tenant: 'consumers' }, 9002332],
    ['an unknown tenant', { tenant: 'nobody.example' }, 90002],
    ['something that is no tenant', { tenant: 'no body' }, 900023],
    ['no redirect URI', { with: { redirect_uri: undefined } }, 900144],
  ])('%s', async (_, ask, code) => {
    const answer = await bench.fetch(bench.authorizeUrl(ask));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain(`AADSTS${code}:`);
  });

  it('a repeated parameter', async () => {
    const url = bench.authorizeUrl();
    url.searchParams.append('client_id', app.clientId);
    expect(await (await bench.fetch(url)).text()).toContain('AADSTS9000411');
  });
});

describe('authorize sends back to the application', () => {
  it.each([
    ['an implicit response type', { response_type: 'id_token' }, 'unsupported_response_type', 700054],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request', 90023],
    ['an unknown response mode', { response_mode: 'web_message' }, 'invalid_request', 90023],
    ['an unknown resource', { scope: 'openid https://nowhere.example/Read' }, 'invalid_resource', 500011],
    ['an unknown permission', { scope: 'openid Mail.Burn' }, 'invalid_client', 650053],
    ['prompt=none without a session', { prompt: 'none' }, 'login_required', 50058],
  ])('%s', async (_, fields, error, code) => {
    const { searchParams } = await bench.callback({ with: fields });
    expect(searchParams.get('error')).toBe(error);
    expect(searchParams.get('error_description')).toMatch(
      new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Correlation ID: .+ Timestamp: \\S+ \\S+Z$`),
    );
    expect(searchParams.get('state')).toBe('state-1');
  });

  it('a person who is not assigned, until she is', async () => {
    await appWith({ assignmentRequired: true });
    expect((await bench.callback()).searchParams.get('error_description')).toContain('AADSTS50105');
    await appWith({ assignedUsers: [seed.people.anna.oid] });
    expect((await bench.callback()).searchParams.has('code')).toBe(true);
  });

  it('in the fragment or by a posted form, when asked to', async () => {
    const { hash } = await bench.callback({ with: { response_mode: 'fragment' } });
    expect(new URLSearchParams(hash.slice(1)).get('state')).toBe('state-1');
    const posted = await (await bench.fetch(bench.authorizeUrl({ with: { response_mode: 'form_post' } }))).text();
    expect(posted).toContain(`<form method="post" action="${redirectUri}">`);
    expect(posted).toMatch(/name="code" value="1\.AX8A/);
  });

  it('to a posted request as well', async () => {
    const url = bench.authorizeUrl();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await bench.fetch(`${url.origin}${url.pathname}`, {
      method: 'POST',
      headers: form,
      body: url.searchParams.toString(),
    });
    expect(answer.headers.get('location')).toContain('code=');
  });
});

describe('the token endpoint', () => {
  const expectRefusal = ({ status, body }: TokenAnswer, error: string, code: number, expected = 400) => {
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({ status: expected, error, codes: [code] });
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS${code}: .+Trace ID: ${String(body.trace_id)} Correlation ID: ${String(body.correlation_id)}`),
    );
    expect(body.error_uri).toContain(`code=${code}`);
  };
  const code = async (ask = {}) => (await bench.callback(ask)).searchParams.get('code') ?? '';

  it('takes a code once', async () => {
    const once = await code();
    expect((await bench.token({ code: once })).status).toBe(200);
    expectRefusal(await bench.token({ code: once }), 'invalid_grant', 54005);
  });

  it.each([
    ['a wrong secret', { client_secret: '00000000-1111-4111-8111-111111111111' }, 'invalid_client', 7000215, 401],
    ['no secret', { client_secret: undefined }, 'invalid_client', 7000218, 401],
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant', 501481, 400],
    ['no verifier', { code_verifier: undefined }, 'invalid_grant', 501481, 400],
    ['another redirect URI', { redirect_uri: `${redirectUri}2` }, 'invalid_grant', 500112, 400],
    ['a made-up code', { code: '1.AX8Amade-up' }, 'invalid_grant', 9002313, 400],
    ['an unknown grant', { grant_type: 'password' }, 'unsupported_grant_type', 70003, 400],
    ['no grant type', { grant_type: undefined }, 'invalid_request', 900144, 400],
    ['an unknown client', { client_id: fabrikam.id }, 'unauthorized_client', 700016, 400],
  ])('refuses %s', async (_, fields, error, number, status) => {
    expectRefusal(await bench.token({ code: await code(), ...fields }), error, number, status);
  });

  it('refuses an expired secret, an expired code and a code at another tenant', async () => {
    const { clientId, secrets } = seed.apps.multiTenant;
    const ask = { appId: clientId, secret: secrets[0]?.value ?? '' };
    expectRefusal(
      await bench.token({ code: await code(ask) }, { ...ask, tenant: fabrikam.id }),
      'invalid_grant',
      700005,
    );
    await bench.sim('PUT', '/settings', { codeLifetimeSeconds: 0 });
    expectRefusal(await bench.token({ code: await code() }), 'invalid_grant', 70008);
    await appWith({ secrets: [{ value: 'old-one', expiresAt: '2020-01-01T00:00:00Z' }] });
    expectRefusal(await bench.token({ code: 'any', client_secret: 'old-one' }), 'invalid_client', 7000222, 401);
  });

  it('refuses the refresh token of an account that has been disabled', async () => {
    const { body } = await bench.signIn();
    await bench.sim('POST', '/users', { oid: seed.people.anna.oid, enabled: false });
    const answer = await bench.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    expectRefusal(answer, 'invalid_grant', 50057);
  });

  it('repeats the client’s request id, and takes the secret by Basic', async () => {
    const id = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
    const answer = await bench.token({ code: 'none', 'client-request-id': id });
    expect([answer.body.correlation_id, answer.headers.get('client-request-id')]).toEqual([id, id]);
    const basic = Buffer.from(`${app.clientId}:${encodeURIComponent(app.secrets[0]?.value ?? '')}`).toString('base64');
    const form = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
    const byBasic = await bench.fetch(`${bench.origin}/${contoso.id}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    expect(read(((await byBasic.json()) as Record<string, unknown>).access_token).claims).toMatchObject({
      idtyp: 'app',
      roles: ['GroupMember.Read.All', 'User.Read.All'],
    });
  });

  it('knows client credentials by tenant and resource only', async () => {
    const ask = {
      client_id: seed.apps.multiTenant.clientId,
      client_secret: seed.apps.multiTenant.secrets[0]?.value,
      grant_type: 'client_credentials',
    };
    expectRefusal(await bench.token({ ...ask, scope: 'User.Read' }), 'invalid_scope', 1002012);
    expectRefusal(
      await bench.token({ ...ask, scope: 'https://graph.microsoft.com/.default' }, { tenant: 'common' }),
      'invalid_request',
      50059,
    );
  });
});

describe('a client assertion', () => {
  type Change = { header?: object; claims?: object; expires?: string; foreign?: boolean };
  const keys = (name: string) =>
    webcrypto.subtle.generateKey(
      { name, hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ['sign', 'verify'],
    ) as Promise<CryptoKeyPair>;
  const assertion = async (alg: 'PS256' | 'RS256', change: Change = {}) => {
    const pair = await keys(alg === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5');
    const certificate = await x509.X509CertificateGenerator.createSelfSigned(
      {
        keys: pair,
        name: 'CN=app',
        serialNumber: '41',
        signingAlgorithm: { ...pair.privateKey.algorithm, hash: 'SHA-256', saltLength: 32 } as never,
      },
      webcrypto as unknown as Crypto,
    );
    await appWith({ certificates: [certificate.toString('pem')] });
    const signer = change.foreign ? await keys(alg === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5') : pair;
    const thumbprint = createHash('sha256').update(Buffer.from(certificate.rawData)).digest('base64url');
    const claims = {
      iss: app.clientId,
      sub: app.clientId,
      aud: `${bench.origin}/${contoso.id}/oauth2/v2.0/token`,
      jti: 'j',
      ...change.claims,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'JWT', 'x5t#S256': thumbprint, ...change.header })
      .setIssuedAt()
      .setExpirationTime(change.expires ?? '5 minutes')
      .sign(signer.privateKey);
  };
  const redeem = async (text: string) =>
    bench.token({
      code: (await bench.callback()).searchParams.get('code') ?? '',
      client_secret: undefined,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: text,
    });

  it.each(['PS256', 'RS256'] as const)(
    'signed with %s and a registered certificate stands for the secret',
    async (alg) => {
      expect((await redeem(await assertion(alg))).body).toHaveProperty('id_token');
    },
  );

  it.each([
    ['another certificate', { header: { 'x5t#S256': 'unknown' } }, 700027],
    ['another key', { foreign: true }, 700027],
    ['another audience', { claims: { aud: 'https://elsewhere.example' } }, 700023],
    ['another client', { claims: { sub: fabrikam.id } }, 700021],
    ['an end in the past', { expires: '-10 minutes' }, 700024],
  ])('with %s is refused', async (_, change: Change, number) => {
    expect((await redeem(await assertion('PS256', change))).body).toMatchObject({
      error: 'invalid_client',
      error_codes: [number],
    });
  });
});
