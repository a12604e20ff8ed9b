import { createHmac } from 'node:crypto';
import {
  consumerTenantId,
  HostileUpstream,
  type Json,
  makeKey,
  objectId,
  otherTenantId,
  signRs256,
  strangersKey,
  tenantId,
} from '../fixtures/hostile-upstream.js';
import { createOperatorTokens, type OperatorTokens } from './operator-tokens.js';

const audience = 'api://homerealm-management';
const clientId = '0c11e47d-0000-4000-8000-000000000009';
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let upstream: HostileUpstream;
let now: number;
let tokens: OperatorTokens;
const opened: OperatorTokens[] = [];

function open(more: object = {}): OperatorTokens {
  const settings = {
    OPERATOR_TENANT_ID: tenantId.toUpperCase(),
    OPERATOR_AUDIENCE: [audience],
    OPERATOR_AUTHORITY: upstream.origin,
    OPERATOR_CLIENT_IDS: [clientId],
    ...more,
  };
  const made = createOperatorTokens(settings, { ca: upstream.caPem, clock: () => now });
  if (!made) throw new Error('the settings turn it off');
  opened.push(made);
  return made;
}

beforeAll(async () => {
  upstream = await HostileUpstream.start();
});
beforeEach(() => {
  upstream.reset();
  now = Date.now();
  tokens = open();
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await upstream.close();
});

function claims(more: Json = {}): Json {
  const seconds = Math.floor(now / 1000);
  return {
    aud: audience,
    iss: `${upstream.origin}/${tenantId}/v2.0`,
    ...{ iat: seconds - 60, nbf: seconds - 60, exp: seconds + 3600 },
    ...{ tid: tenantId, oid: objectId, sub: objectId, azp: clientId, ver: '2.0', roles: ['users:read'] },
    ...more,
  };
}
const v1 = (more: Json = {}) =>
  claims({ iss: `https://sts.windows.net/${tenantId}/`, ver: '1.0', azp: undefined, appid: clientId, ...more });
const ofAPerson = { sub: 'pairwise-subject', scp: 'manage' };
const sign = (payload: unknown, header: Json = {}, key = upstream.signWith) =>
  signRs256({ typ: 'JWT', alg: 'RS256', kid: key.kid, ...header }, payload, key.privateKey);

describe('tokens of the operator’s own tenant', () => {
  it.each([
    ['an application, v2', () => claims(), 'application'],
    ['an application that says so', () => claims({ sub: 'x', idtyp: 'app' }), 'application'],
    ['an application, v1', () => v1(), 'application'],
    ['a person, v2', () => claims(ofAPerson), 'person'],
    ['a person, v1', () => v1({ ...ofAPerson, idtyp: 'user' }), 'person'],
  ])('are taken from %s', async (_, made, about) => {
    const verdict = await tokens.verify(sign(made()));
    expect(verdict).toEqual({ accepted: true, objectId, clientId, about, roles: ['users:read'] });
  });

  it('are taken without roles too: then they may do nothing', async () => {
    expect(await tokens.verify(sign(claims({ roles: undefined })))).toMatchObject({ accepted: true, roles: [] });
  });

  it.each<[string, () => Json, string]>([
    ['A15: another audience', () => claims({ aud: 'api://other' }), 'upstream.audience-mismatch'],
    ['A15: the spn form of the audience', () => claims({ aud: `spn:${audience}` }), 'upstream.audience-mismatch'],
    ['A15: a list of audiences', () => claims({ aud: [audience] }), 'upstream.audience-mismatch'],
    [
      'A15: another tenant’s issuer',
      () => claims({ iss: `${upstream.origin}/${otherTenantId}/v2.0`, tid: otherTenantId }),
      'upstream.issuer-mismatch',
    ],
    ['A15: a stranger’s issuer', () => claims({ iss: 'https://evil.example/v2.0' }), 'upstream.issuer-mismatch'],
    ['the v1 issuer in a v2 token', () => v1({ ver: '2.0', azp: clientId }), 'upstream.issuer-mismatch'],
    ['no version', () => claims({ ver: undefined }), 'upstream.issuer-mismatch'],
    ['A31: another tenant under our issuer', () => claims({ tid: otherTenantId }), 'upstream.tenant-mismatch'],
    ['A31: no tenant', () => claims({ tid: undefined }), 'upstream.tenant-mismatch'],
    ['no application', () => claims({ azp: undefined }), 'upstream.authorized-party-mismatch'],
    ['no object id', () => claims({ oid: 'me' }), 'upstream.subject-missing'],
    ['A15: not valid yet', () => claims({ nbf: now / 1000 + 600 }), 'upstream.not-yet-valid'],
    ['A15: issued in the future', () => claims({ iat: now / 1000 + 600 }), 'upstream.issued-in-future'],
    ['A15: no end', () => claims({ exp: undefined }), 'upstream.times-invalid'],
    ['an ID token', () => claims({ sub: 'pairwise', nonce: 'n' }), 'upstream.id-token-malformed'],
    ['scopes as a list', () => claims({ ...ofAPerson, scp: ['manage'] }), 'upstream.id-token-malformed'],
    ['roles as a text', () => claims({ roles: 'users:read' }), 'upstream.id-token-malformed'],
    [
      'a person through an application nobody listed',
      () => claims({ ...ofAPerson, azp: objectId }),
      'client-not-listed',
    ],
  ])('are refused with %s', async (_, made, code) => {
    expect(await tokens.verify(sign(made()))).toEqual({ accepted: false, reason: 'invalid', code });
  });

  it('A15: are refused after their end, and that is said apart', async () => {
    const ended = claims({ exp: Math.floor(now / 1000) - 61, iat: 1, nbf: 1 });
    expect(await tokens.verify(sign(ended))).toMatchObject({ accepted: false, reason: 'expired' });
  });

  it.each<[string, () => string, string]>([
    ['none', () => `${b64({ alg: 'none', typ: 'JWT', kid: upstream.signWith.kid })}.${b64(claims())}.`, 'algorithm'],
    [
      'HS256 with the public key',
      () => {
        const input = `${b64({ alg: 'HS256', typ: 'JWT', kid: upstream.signWith.kid })}.${b64(claims())}`;
        const pem = upstream.signWith.publicKey.export({ type: 'spki', format: 'pem' });
        return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
      },
      'algorithm',
    ],
    ['a stranger’s key of the same id', () => sign(claims(), {}, strangersKey), 'signature'],
    ['no signature', () => sign(claims()).replace(/[^.]+$/, ''), 'signature'],
  ])('A13: are refused when signed by %s', async (_, made, word) => {
    const verdict = await tokens.verify(made());
    expect(verdict).toMatchObject({ accepted: false, reason: 'invalid', code: expect.stringContaining(word) });
  });

  it('A14: look nowhere that the token points to', async () => {
    const stranger = makeKey('stranger');
    const header = { jwk: stranger.jwk, jku: `${upstream.bystanderOrigin}/keys`, x5u: `${upstream.bystanderOrigin}/x` };
    expect(await tokens.verify(sign(claims(), header, stranger))).toMatchObject({ code: 'upstream.key-unknown' });
    expect(upstream.bystander).toEqual([]);
  });

  it('are refused when the key belongs to the issuer of personal accounts', async () => {
    const issuer = `${upstream.origin}/${consumerTenantId}/v2.0`;
    const key = makeKey('consumer', { issuer });
    upstream.keys = [key];
    expect(await tokens.verify(sign(claims(), {}, key))).toMatchObject({ code: 'upstream.key-issuer-mismatch' });
  });

  it('are refused when the metadata speaks for somebody else', async () => {
    upstream.behaviour = { metadata: (usual) => ({ body: { ...usual, issuer: 'https://evil.example/v2.0' } }) };
    const code = 'upstream.metadata-issuer-mismatch';
    expect(await tokens.verify(sign(claims()))).toEqual({ accepted: false, reason: 'unavailable', code });
  });

  it.each<[string, HostileUpstream['behaviour']]>([
    ['HTML for metadata', { metadata: () => ({ body: '<html>' }) }],
    ['null for metadata', { metadata: () => ({ body: 'null' }) }],
    ['a redirect', { metadata: () => ({ status: 302, headers: { location: 'https://evil.example' } }) }],
    ['keys elsewhere', { metadata: (usual) => ({ body: { ...usual, jwks_uri: `${upstream.bystanderOrigin}/keys` } }) }],
    ['HTML for keys, with 503', { jwks: () => ({ status: 503, body: '<html>' }) }],
    ['an endless document', { jwks: () => 'endless' }],
    ['a reset', { metadata: () => 'reset' }],
  ])('survive an authority with %s', async (_, behaviour) => {
    upstream.behaviour = behaviour;
    expect(await tokens.verify(sign(claims()))).toMatchObject({ accepted: false, reason: 'unavailable' });
    expect(upstream.bystander).toEqual([]);
  });

  it.each([
    '',
    '...',
    'a.b.c',
    `${b64({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })}.${Buffer.from('\ufeff{}').toString('base64url')}.x`,
    `${b64({ alg: 'RS256', typ: 'at+jwt', kid: 'key-1' })}.${b64({})}.x`,
    `${b64({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })}.${b64('null')}.x`,
    'x'.repeat(100_000),
  ])('survive hostile text (%#)', async (text) => {
    expect(await tokens.verify(text)).toMatchObject({ accepted: false, reason: 'invalid' });
  });

  it('A18: read the keys once for a thousand unknown key ids, and keep those they have', async () => {
    expect(await tokens.verify(sign(claims()))).toMatchObject({ accepted: true });
    const before = upstream.count('/keys');
    for (let flood = 0; flood < 10; flood += 1) {
      const kids = Array.from({ length: 100 }, (_, index) => `unknown-${flood}-${index}`);
      const verdicts = await Promise.all(kids.map((kid) => tokens.verify(sign(claims(), { kid }))));
      expect(new Set(verdicts.map((verdict) => 'code' in verdict && verdict.code))).toEqual(
        new Set(['upstream.key-unknown']),
      );
    }
    expect(upstream.count('/keys') - before).toBe(1);
    expect(await tokens.verify(sign(claims()))).toMatchObject({ accepted: true });
  });

  it('A17: take a new key with one look after a rotation', async () => {
    await tokens.verify(sign(claims()));
    const rotated = makeKey('rotated');
    upstream.keys = [...upstream.keys, rotated];
    const before = upstream.count('/keys');
    expect(await tokens.verify(sign(claims(), {}, rotated))).toMatchObject({ accepted: true });
    expect(upstream.count('/keys') - before).toBe(1);
  });

  it('ask a broken authority once in five seconds, however many tokens come', async () => {
    upstream.behaviour = { metadata: () => ({ status: 503, body: {} }) };
    for (let round = 0; round < 20; round += 1) await tokens.verify(sign(claims()));
    expect(upstream.count('openid-configuration')).toBe(1);
    upstream.behaviour = {};
    now += 5_000;
    expect(await tokens.verify(sign(claims()))).toMatchObject({ accepted: true });
  });
});

describe('the settings', () => {
  it('turn it off when no tenant is named', () => {
    expect(createOperatorTokens({})).toBeUndefined();
  });

  it.each([
    { OPERATOR_TENANT_ID: 'common', OPERATOR_AUDIENCE: [audience] },
    { OPERATOR_TENANT_ID: 'organizations', OPERATOR_AUDIENCE: [audience] },
    { OPERATOR_TENANT_ID: tenantId },
  ])('name one tenant and an audience: %j is refused', (settings) => {
    expect(() => createOperatorTokens(settings)).toThrow(RangeError);
  });
});
