import { constants, createHmac, sign } from 'node:crypto';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import type { CallbackInput } from '../upstream-protocol.js';
import { beginRequest, TestBed } from '../fixtures/test-bed.js';
import {
  aadError,
  clientId,
  consumerTenantId,
  makeKey,
  otherTenantId,
  signRs256,
  strangersKey,
  tenantId,
  type Behaviour,
  type Json,
} from '../fixtures/hostile-upstream.js';
import type { EntraConnection } from './entra-connection.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start(1_500);
});
beforeEach(() => bed.upstream.reset());
afterEach(() => expect(bed.upstream.bystander).toEqual([]));
afterAll(() => bed.close());

type Row = {
  case: string;
  code: UpstreamRefusalCode;
  behaviour?: Behaviour | (() => Behaviour);
  connection?: Partial<EntraConnection>;
  arrive?: (input: CallbackInput) => CallbackInput;
};

async function expectRefused({ code, behaviour, connection, arrive }: Row): Promise<void> {
  const protocol = bed.protocol();
  const outcome = await bed.signIn({
    protocol,
    behaviour: typeof behaviour === 'function' ? behaviour() : behaviour,
    connection,
    arrive,
  });
  expect(outcome).toMatchObject({ outcome: 'refused', code });
  expect(outcome.checks.at(-1)).toMatchObject({ outcome: 'failed', details: { code } });
  expect(outcome.checks.filter((check) => check.outcome === 'failed')).toHaveLength(1);
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const claims = (changes: Json): Behaviour => ({ claims: (usual) => ({ ...usual, ...changes }) });
const without = (name: string): Behaviour => ({
  claims: (usual) => Object.fromEntries(Object.entries(usual).filter(([claim]) => claim !== name)),
});
const query =
  (change: Record<string, string | string[]>) =>
  (input: CallbackInput): CallbackInput => ({ ...input, query: { ...input.query, ...change } });
const only =
  (...names: string[]) =>
  (input: CallbackInput): CallbackInput => ({
    ...input,
    query: Object.fromEntries(Object.entries(input.query).filter(([name]) => names.includes(name))),
  });
const publicPem = () => bed.upstream.signWith.publicKey.export({ format: 'pem', type: 'spki' });

const rows: Row[] = [
  // The callback
  { case: 'an answer without state', code: 'upstream.state-missing', arrive: only('code') },
  { case: 'an answer with another state', code: 'upstream.state-mismatch', arrive: query({ state: 'x'.repeat(32) }) },
  { case: 'a repeated state', code: 'upstream.callback-malformed', arrive: query({ state: ['a', 'b'] }) },
  { case: 'a repeated code', code: 'upstream.callback-malformed', arrive: query({ code: ['a', 'b'] }) },
  {
    case: 'a repeated policy parameter beside an invalid code',
    code: 'upstream.code-refused',
    arrive: query({ p: ['a', 'b'], code: 'x' }),
  },
  { case: 'neither code nor error', code: 'upstream.callback-malformed', arrive: only('state') },
  { case: 'code and error together', code: 'upstream.callback-malformed', arrive: query({ error: 'server_error' }) },
  { case: 'an endless code', code: 'upstream.callback-malformed', arrive: query({ code: 'x'.repeat(10_000) }) },
  {
    case: 'an ID token in the front channel although a code was asked for',
    code: 'upstream.callback-token-in-front-channel',
    arrive: query({ id_token: 'a.b.c' }),
  },
  {
    case: 'an access token in the front channel',
    code: 'upstream.callback-token-in-front-channel',
    arrive: query({ access_token: 'x' }),
  },
  {
    case: 'an ID token in a form body',
    code: 'upstream.callback-token-in-front-channel',
    arrive: (input) => ({ ...input, body: { id_token: 'a.b.c' } }),
  },
  {
    case: 'the answer as a form post',
    code: 'upstream.callback-malformed',
    arrive: ({ query: body }) => ({ method: 'POST', query: {}, body }),
  },
  {
    case: 'an answer that names another issuer (RFC 9207)',
    code: 'upstream.provider-mismatch',
    arrive: query({ iss: 'https://evil.example' }),
  },
  {
    case: 'an error with line breaks and a valid state',
    code: 'upstream.provider-error',
    arrive: (input) => query({ error: 'a\r\nset-cookie: x' })(only('state')(input)),
  },
  {
    case: 'an error in other letters than Latin and a valid state',
    code: 'upstream.provider-error',
    arrive: (input) => query({ error: 'ошибка…😀' })(only('state')(input)),
  },
  {
    case: 'an error without its state',
    code: 'upstream.state-missing',
    arrive: (input) => query({ error: 'server_error' })(only('none')(input)),
  },
  {
    case: 'a person who cancelled',
    code: 'upstream.cancelled',
    arrive: (input) => query({ error: 'access_denied' })(only('state')(input)),
  },
  {
    case: 'a code that the provider does not know',
    code: 'upstream.code-refused',
    arrive: query({ code: 'never-issued' }),
  },

  // The token endpoint
  {
    case: 'the body null from the token endpoint',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: () => ({ body: 'null' }) },
  },
  {
    case: 'a list from the token endpoint',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: () => ({ body: [] }) },
  },
  {
    case: 'a token type that is no text',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: (usual) => ({ body: { ...usual, token_type: 7 } }) },
  },
  {
    case: 'a token type other than Bearer',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: (usual) => ({ body: { ...usual, token_type: 'MAC' } }) },
  },
  {
    case: 'no token type',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: ({ token_type: _, ...rest }) => ({ body: rest }) },
  },
  {
    case: 'an access token that is no text',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: (usual) => ({ body: { ...usual, access_token: {} } }) },
  },
  {
    case: 'an access token with line breaks',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: (usual) => ({ body: { ...usual, access_token: 'a\r\nb' } }) },
  },
  {
    case: 'an ID token that is no text',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: (usual) => ({ body: { ...usual, id_token: ['a'] } }) },
  },
  {
    case: 'no ID token',
    code: 'upstream.id-token-missing',
    behaviour: { token: ({ id_token: _, ...rest }) => ({ body: rest }) },
  },
  {
    case: 'HTML with status 200 from the token endpoint',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: () => ({ body: '<html>' }) },
  },
  {
    case: 'HTML with status 503 from the token endpoint',
    code: 'upstream.token-unreachable',
    behaviour: { token: () => ({ status: 503, body: '<html>' }) },
  },
  { case: 'a token endpoint that hangs', code: 'upstream.token-unreachable', behaviour: { token: () => 'hang' } },
  { case: 'a token endpoint that hangs up', code: 'upstream.token-unreachable', behaviour: { token: () => 'reset' } },
  { case: 'a token endpoint that trickles', code: 'upstream.token-unreachable', behaviour: { token: () => 'trickle' } },
  {
    case: 'an endless body from the token endpoint',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: () => 'endless' },
  },
  {
    case: 'a redirecting token endpoint',
    code: 'upstream.token-answer-invalid',
    behaviour: { token: () => ({ status: 307, headers: { location: bed.upstream.bystanderOrigin }, body: {} }) },
  },
  {
    case: 'a wrong client secret',
    code: 'upstream.credentials-refused',
    behaviour: { token: () => ({ status: 401, body: aadError('invalid_client', 7000215) }) },
  },
  {
    case: 'a redirect URI that is not registered',
    code: 'upstream.token-refused',
    behaviour: { token: () => ({ status: 400, body: aadError('invalid_request', 50011) }) },
  },
  {
    case: 'an error answer whose fields are of wrong types',
    code: 'upstream.token-refused',
    behaviour: {
      token: () => ({
        status: 400,
        body: { error: { a: 1 }, error_description: [], error_codes: 'x', correlation_id: 5 },
      }),
    },
  },
  { case: 'a connection without credentials', code: 'upstream.credentials-missing', connection: { credentials: [] } },
  {
    case: 'a private key that is none',
    code: 'upstream.credentials-unusable',
    connection: { credentials: [{ kind: 'certificate', privateKeyPem: 'x', certificatePem: 'y' }] },
  },

  // Form and signature of the ID token
  {
    case: 'an unsigned ID token (alg none)',
    code: 'upstream.algorithm-refused',
    behaviour: { compact: (header, body) => `${b64({ ...header, alg: 'none' })}.${b64(body)}.` },
  },
  {
    case: 'an ID token with alg none and a junk signature',
    code: 'upstream.algorithm-refused',
    behaviour: { compact: (header, body) => `${b64({ ...header, alg: 'none' })}.${b64(body)}.anVuaw` },
  },
  {
    case: 'an ID token with an empty signature',
    code: 'upstream.signature-invalid',
    behaviour: { compact: (header, body) => `${b64(header)}.${b64(body)}.` },
  },
  {
    case: 'HS256 keyed with the RSA public key',
    code: 'upstream.algorithm-refused',
    behaviour: { compact: (header, body) => hs256(header, body) },
  },
  {
    case: 'HS256 keyed with the RSA public key where metadata lists HS256',
    code: 'upstream.algorithm-refused',
    behaviour: {
      compact: (header, body) => hs256(header, body),
      metadata: (usual) => ({ body: { ...usual, id_token_signing_alg_values_supported: ['HS256', 'none'] } }),
    },
  },
  {
    case: 'PS256 with the published key',
    code: 'upstream.algorithm-refused',
    behaviour: { compact: (header, body) => ps256({ ...header, alg: 'PS256' }, body) },
  },
  {
    case: 'a PSS signature called RS256',
    code: 'upstream.signature-invalid',
    behaviour: { compact: (header, body) => ps256(header, body) },
  },
  {
    case: 'a tampered payload',
    code: 'upstream.signature-invalid',
    behaviour: { compact: (header, body) => tampered(header, body) },
  },
  {
    case: 'another key under the same key id',
    code: 'upstream.signature-invalid',
    behaviour: { compact: (header, body) => signRs256(header, body, strangersKey.privateKey) },
  },
  {
    case: 'a key id that is not published',
    code: 'upstream.key-unknown',
    behaviour: { header: (header) => ({ ...header, kid: 'nobody' }) },
  },
  {
    case: 'a key id that is a path',
    code: 'upstream.key-unknown',
    behaviour: { header: (header) => ({ ...header, kid: '../../etc/passwd' }) },
  },
  {
    case: 'a key id that is SQL',
    code: 'upstream.id-token-malformed',
    behaviour: { header: (header) => ({ ...header, kid: "' or 1=1 --" }) },
  },
  {
    case: 'a key id named __proto__',
    code: 'upstream.key-unknown',
    behaviour: { header: (header) => ({ ...header, kid: '__proto__' }) },
  },
  { case: 'no key id', code: 'upstream.id-token-malformed', behaviour: { header: ({ kid: _, ...header }) => header } },
  {
    case: 'a key id that is a number',
    code: 'upstream.id-token-malformed',
    behaviour: { header: (header) => ({ ...header, kid: 1 }) },
  },
  {
    case: 'a key of its own inside the header',
    code: 'upstream.signature-invalid',
    behaviour: {
      compact: (header, body) => signRs256({ ...header, jwk: strangersKey.jwk }, body, strangersKey.privateKey),
    },
  },
  {
    case: 'a key address inside the header',
    code: 'upstream.signature-invalid',
    behaviour: {
      compact: (header, body) =>
        signRs256(
          { ...header, jku: `${bed.upstream.bystanderOrigin}/keys`, x5u: `${bed.upstream.bystanderOrigin}/x` },
          body,
          strangersKey.privateKey,
        ),
    },
  },
  {
    case: 'a header without typ',
    code: 'upstream.id-token-malformed',
    behaviour: { header: ({ typ: _, ...header }) => header },
  },
  {
    case: 'an access token in the place of the ID token (at+jwt)',
    code: 'upstream.id-token-malformed',
    behaviour: { header: (header) => ({ ...header, typ: 'at+jwt' }) },
  },
  {
    case: 'a critical header extension',
    code: 'upstream.id-token-malformed',
    behaviour: { header: (header) => ({ ...header, crit: ['exp'] }) },
  },
  { case: 'an encrypted ID token', code: 'upstream.id-token-malformed', behaviour: { compact: () => 'a.b.c.d.e' } },
  {
    case: 'an ID token that is no token',
    code: 'upstream.id-token-malformed',
    behaviour: { compact: () => 'not a token' },
  },
  {
    case: 'a payload that begins with a byte order mark',
    code: 'upstream.id-token-malformed',
    behaviour: {
      compact: (header, body) => signRs256(header, `\ufeff${JSON.stringify(body)}`, bed.upstream.signWith.privateKey),
    },
  },
  {
    case: 'a payload that is a list',
    code: 'upstream.id-token-malformed',
    behaviour: { compact: (header) => signRs256(header, [1], bed.upstream.signWith.privateKey) },
  },
  {
    case: 'a payload that is null',
    code: 'upstream.id-token-malformed',
    behaviour: { compact: (header) => signRs256(header, null, bed.upstream.signWith.privateKey) },
  },
  {
    case: 'a payload that is no JSON',
    code: 'upstream.id-token-malformed',
    behaviour: { compact: (header) => signRs256(header, '{"a":', bed.upstream.signWith.privateKey) },
  },
  {
    case: 'a payload that is no UTF-8',
    code: 'upstream.id-token-malformed',
    behaviour: { compact: (header) => notUtf8(header) },
  },
  {
    case: 'a key published for encryption',
    code: 'upstream.key-unfit',
    behaviour: { jwks: patchedKeys({ use: 'enc' }) },
  },
  { case: 'a key published for PS512', code: 'upstream.key-unfit', behaviour: { jwks: patchedKeys({ alg: 'PS512' }) } },
  {
    case: 'a key published for wrapping',
    code: 'upstream.key-unfit',
    behaviour: { jwks: patchedKeys({ key_ops: ['wrapKey'] }) },
  },
  { case: 'a key whose numbers are none', code: 'upstream.key-unfit', behaviour: { jwks: patchedKeys({ n: 5 }) } },
  {
    case: 'a key published as a symmetric one',
    code: 'upstream.key-unfit',
    behaviour: { jwks: patchedKeys({ kty: 'oct', k: 'c2VjcmV0' }) },
  },

  // Claims
  { case: 'another issuer', code: 'upstream.issuer-mismatch', behaviour: claims({ iss: 'https://evil.example' }) },
  {
    case: 'another issuer at the same host',
    code: 'upstream.issuer-mismatch',
    behaviour: () => claims({ iss: `${bed.upstream.origin}/${tenantId}/v1.0` }),
  },
  {
    case: 'the issuer and tenant of another company',
    code: 'upstream.issuer-mismatch',
    behaviour: () => claims({ iss: `${bed.upstream.origin}/${otherTenantId}/v2.0`, tid: otherTenantId }),
  },
  { case: 'no issuer', code: 'upstream.issuer-mismatch', behaviour: without('iss') },
  {
    case: 'a strange issuer through the common endpoint',
    code: 'upstream.issuer-mismatch',
    behaviour: claims({ iss: 'https://evil.example' }),
    connection: { useCommonEndpoint: true, allowedTenants: [tenantId] },
  },
  { case: 'another audience', code: 'upstream.audience-mismatch', behaviour: claims({ aud: otherTenantId }) },
  {
    case: 'the audience in its spn: form',
    code: 'upstream.audience-mismatch',
    behaviour: claims({ aud: `spn:${clientId}` }),
  },
  {
    case: 'the audience in a list',
    code: 'upstream.audience-mismatch',
    behaviour: claims({ aud: [clientId, 'other'] }),
  },
  {
    case: 'a foreign authorized party',
    code: 'upstream.authorized-party-mismatch',
    behaviour: claims({ azp: otherTenantId }),
  },
  { case: 'no nonce', code: 'upstream.nonce-missing', behaviour: without('nonce') },
  { case: 'another nonce', code: 'upstream.nonce-mismatch', behaviour: claims({ nonce: 'x'.repeat(32) }) },
  { case: 'a nonce that is no text', code: 'upstream.nonce-missing', behaviour: claims({ nonce: 5 }) },
  {
    case: 'a tid that differs from the issuer’s tenant',
    code: 'upstream.tenant-mismatch',
    behaviour: claims({ tid: otherTenantId }),
  },
  { case: 'no tid', code: 'upstream.tenant-missing', behaviour: without('tid') },
  { case: 'a tid that is no GUID', code: 'upstream.tenant-missing', behaviour: claims({ tid: 'contoso.example' }) },
  { case: 'a tid that is an object', code: 'upstream.tenant-missing', behaviour: claims({ tid: { toString: 'x' } }) },
  {
    case: 'a tenant that is not on the common endpoint’s list',
    code: 'upstream.tenant-not-allowed',
    connection: { useCommonEndpoint: true, allowedTenants: [otherTenantId] },
  },
  {
    case: 'any tenant while the common endpoint’s list is empty',
    code: 'upstream.tenant-not-allowed',
    connection: { useCommonEndpoint: true, allowedTenants: [] },
  },
  {
    case: 'a private Microsoft account through the common endpoint',
    code: 'upstream.tenant-not-allowed',
    behaviour: () => claims({ iss: `${bed.upstream.origin}/${consumerTenantId}/v2.0`, tid: consumerTenantId }),
    connection: { useCommonEndpoint: true, allowedTenants: [tenantId] },
  },
  {
    case: 'a key of the consumer issuer under a company’s token',
    code: 'upstream.key-issuer-mismatch',
    behaviour: () => ({ jwks: patchedKeys({ issuer: `${bed.upstream.origin}/${consumerTenantId}/v2.0` }) }),
  },
  {
    case: 'the same through the common endpoint',
    code: 'upstream.key-issuer-mismatch',
    behaviour: () => ({ jwks: patchedKeys({ issuer: `${bed.upstream.origin}/${consumerTenantId}/v2.0` }) }),
    connection: { useCommonEndpoint: true, allowedTenants: [tenantId] },
  },
  {
    case: 'a key whose issuer is no text',
    code: 'upstream.key-issuer-mismatch',
    behaviour: { jwks: patchedKeys({ issuer: {} }) },
  },
  {
    case: 'a token that expired ten minutes ago',
    code: 'upstream.expired',
    behaviour: claims({ iat: inSeconds(-4200), nbf: inSeconds(-4200), exp: inSeconds(-600) }),
  },
  {
    case: 'a token that expired four minutes ago',
    code: 'upstream.expired',
    behaviour: claims({ iat: inSeconds(-4200), nbf: inSeconds(-4200), exp: inSeconds(-240) }),
  },
  { case: 'no exp', code: 'upstream.times-invalid', behaviour: without('exp') },
  { case: 'an exp that is a text', code: 'upstream.times-invalid', behaviour: claims({ exp: String(inSeconds(600)) }) },
  { case: 'an endless exp', code: 'upstream.times-invalid', behaviour: claims({ exp: 1e300 }) },
  { case: 'no iat', code: 'upstream.times-invalid', behaviour: without('iat') },
  {
    case: 'an iat far in the future',
    code: 'upstream.issued-in-future',
    behaviour: claims({ iat: inSeconds(600), exp: inSeconds(3600) }),
  },
  { case: 'no nbf', code: 'upstream.times-invalid', behaviour: without('nbf') },
  {
    case: 'an nbf in the future',
    code: 'upstream.not-yet-valid',
    behaviour: claims({ nbf: inSeconds(600), exp: inSeconds(3600) }),
  },
  {
    case: 'times in the wrong order',
    code: 'upstream.times-invalid',
    behaviour: claims({ nbf: inSeconds(20), exp: inSeconds(10) }),
  },
  { case: 'no oid', code: 'upstream.subject-missing', behaviour: without('oid') },
  { case: 'an oid that is no GUID', code: 'upstream.subject-missing', behaviour: claims({ oid: 'ada' }) },
  { case: 'an oid that is a list', code: 'upstream.subject-missing', behaviour: claims({ oid: [tenantId] }) },
  { case: 'no sub', code: 'upstream.subject-missing', behaviour: without('sub') },
  { case: 'a sub that is no text', code: 'upstream.subject-missing', behaviour: claims({ sub: 5 }) },
  {
    case: 'a token hash that does not belong to the access token (found by the library)',
    code: 'upstream.second-opinion',
    behaviour: claims({ at_hash: 'wrong' }),
  },
  {
    case: 'a code hash that is an object (found by the library)',
    code: 'upstream.second-opinion',
    behaviour: claims({ c_hash: {} }),
  },
];

describe('an answer is refused, by its own code, with', () => {
  it.each(rows)('$case', expectRefused);
});

/** Metadata is read when a sign-in begins, so what is wrong there shows at `begin`, and at `complete` on a cold start. */
const metadataRows: { case: string; code: UpstreamRefusalCode; behaviour: () => Behaviour }[] = [
  {
    case: 'status 503',
    code: 'upstream.metadata-unreachable',
    behaviour: () => ({ metadata: () => ({ status: 503, body: {} }) }),
  },
  {
    case: 'status 503 and HTML',
    code: 'upstream.metadata-unreachable',
    behaviour: () => ({ metadata: () => ({ status: 503, body: '<html>' }) }),
  },
  { case: 'no answer at all', code: 'upstream.metadata-unreachable', behaviour: () => ({ metadata: () => 'hang' }) },
  { case: 'a trickle', code: 'upstream.metadata-unreachable', behaviour: () => ({ metadata: () => 'trickle' }) },
  { case: 'a broken line', code: 'upstream.metadata-unreachable', behaviour: () => ({ metadata: () => 'reset' }) },
  {
    case: 'HTML with status 200',
    code: 'upstream.metadata-invalid',
    behaviour: () => ({ metadata: () => ({ body: '<html>' }) }),
  },
  { case: 'an endless body', code: 'upstream.metadata-invalid', behaviour: () => ({ metadata: () => 'endless' }) },
  { case: 'null', code: 'upstream.metadata-invalid', behaviour: () => ({ metadata: () => ({ body: 'null' }) }) },
  {
    case: 'a redirect to a bystander',
    code: 'upstream.metadata-invalid',
    behaviour: () => ({
      metadata: () => ({ status: 302, headers: { location: `${bed.upstream.bystanderOrigin}/m` }, body: {} }),
    }),
  },
  {
    case: 'another tenant’s issuer',
    code: 'upstream.metadata-issuer-mismatch',
    behaviour: () => metadata({ issuer: `${bed.upstream.origin}/${otherTenantId}/v2.0` }),
  },
  {
    case: 'the issuer template at a tenant’s address',
    code: 'upstream.metadata-issuer-mismatch',
    behaviour: () => metadata({ issuer: `${bed.upstream.origin}/{tenantid}/v2.0` }),
  },
  {
    case: 'a stranger’s issuer that agrees with the token',
    code: 'upstream.metadata-issuer-mismatch',
    behaviour: () => ({ ...metadata({ issuer: 'https://evil.example' }), ...claims({ iss: 'https://evil.example' }) }),
  },
  { case: 'no issuer', code: 'upstream.metadata-issuer-mismatch', behaviour: () => metadata({ issuer: undefined }) },
  {
    case: 'keys at another origin',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ jwks_uri: `${bed.upstream.bystanderOrigin}/keys` }),
  },
  {
    case: 'keys over http',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ jwks_uri: bed.upstream.origin.replace('https:', 'http:') }),
  },
  {
    case: 'keys in a file',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ jwks_uri: 'file:///etc/passwd' }),
  },
  {
    case: 'keys behind userinfo',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ jwks_uri: `${bed.upstream.origin.replace('://', '://user:pass@')}/keys` }),
  },
  {
    case: 'a token endpoint at another origin',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ token_endpoint: `${bed.upstream.bystanderOrigin}/token` }),
  },
  {
    case: 'a token endpoint at the metadata service of a cloud',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ token_endpoint: 'https://169.254.169.254/latest' }),
  },
  {
    case: 'an authorization endpoint at another origin',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ authorization_endpoint: 'https://evil.example/authorize' }),
  },
  {
    case: 'an authorization endpoint with a fragment',
    code: 'upstream.metadata-endpoint-refused',
    behaviour: () => metadata({ authorization_endpoint: `${bed.upstream.origin}/a#b` }),
  },
  {
    case: 'a token endpoint that is no text',
    code: 'upstream.metadata-invalid',
    behaviour: () => metadata({ token_endpoint: {} }),
  },
  { case: 'no keys address', code: 'upstream.metadata-invalid', behaviour: () => metadata({ jwks_uri: undefined }) },
  {
    case: 'keys that answer 503 and HTML',
    code: 'upstream.keys-unreachable',
    behaviour: () => ({ jwks: () => ({ status: 503, body: '<html>' }) }),
  },
  { case: 'keys that hang', code: 'upstream.keys-unreachable', behaviour: () => ({ jwks: () => 'hang' }) },
  {
    case: 'keys that are HTML',
    code: 'upstream.keys-invalid',
    behaviour: () => ({ jwks: () => ({ body: '<html>' }) }),
  },
  { case: 'keys without end', code: 'upstream.keys-invalid', behaviour: () => ({ jwks: () => 'endless' }) },
  {
    case: 'a key set without keys',
    code: 'upstream.keys-invalid',
    behaviour: () => ({ jwks: () => ({ body: { keys: [] } }) }),
  },
  {
    case: 'a key set that is no list',
    code: 'upstream.keys-invalid',
    behaviour: () => ({ jwks: () => ({ body: { keys: 'x' } }) }),
  },
  {
    case: 'a thousand keys',
    code: 'upstream.keys-invalid',
    behaviour: () => ({ jwks: () => ({ body: { keys: Array.from({ length: 1000 }, () => ({})) } }) }),
  },
];

describe('a provider is refused whose metadata brings', () => {
  it.each(metadataRows)('$case', async ({ code, behaviour }) => {
    const honest = bed.protocol();
    const { redirectTo, transaction } = await honest.begin(bed.connection(), beginRequest());
    bed.upstream.behaviour = behaviour();
    await expect(bed.protocol().begin(bed.connection(), beginRequest())).rejects.toMatchObject({ code });
    const callback = { method: 'GET', query: bed.upstream.signIn(redirectTo) };
    const outcome = await bed.protocol().complete(bed.connection(), transaction, callback, { now: new Date() });
    expect(outcome).toMatchObject({ outcome: 'refused', code });
  });
});

describe('a code', () => {
  it('of another browser is refused where the provider checks PKCE (injection)', async () => {
    const protocol = bed.protocol();
    const [mine, victims] = await Promise.all([1, 2].map(() => protocol.begin(bed.connection(), beginRequest())));
    if (!mine || !victims) throw new Error('not begun');
    const { code } = bed.upstream.signIn(victims.redirectTo);
    const callback = { method: 'GET', query: { code, state: mine.transaction.state } };
    const outcome = await protocol.complete(bed.connection(), mine.transaction, callback, { now: new Date() });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.code-refused' });
  });

  it('of another browser is refused by its nonce where the provider checks nothing', async () => {
    bed.upstream.behaviour = { careless: true };
    const protocol = bed.protocol();
    const [mine, victims] = await Promise.all([1, 2].map(() => protocol.begin(bed.connection(), beginRequest())));
    if (!mine || !victims) throw new Error('not begun');
    const { code } = bed.upstream.signIn(victims.redirectTo);
    const callback = { method: 'GET', query: { code, state: mine.transaction.state } };
    const outcome = await protocol.complete(bed.connection(), mine.transaction, callback, { now: new Date() });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.nonce-mismatch' });
  });

  it('is not accepted a second time', async () => {
    const protocol = bed.protocol();
    const { redirectTo, transaction } = await protocol.begin(bed.connection(), beginRequest());
    const callback = { method: 'GET', query: bed.upstream.signIn(redirectTo) };
    const complete = () => protocol.complete(bed.connection(), transaction, callback, { now: new Date() });
    expect(await complete()).toMatchObject({ outcome: 'account' });
    expect(await complete()).toMatchObject({ outcome: 'refused', code: 'upstream.code-refused' });
  });
});

it('refuses a transaction that came back damaged from its store', async () => {
  const protocol = bed.protocol();
  const { redirectTo, transaction } = await protocol.begin(bed.connection(), beginRequest());
  const callback = { method: 'GET', query: bed.upstream.signIn(redirectTo) };
  for (const damaged of [{ ...transaction, nonce: undefined }, null, [], { ...transaction, strategy: 'google' }]) {
    const outcome = await protocol.complete(bed.connection(), damaged as never, callback, { now: new Date() });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.state-mismatch' });
  }
});

it('refuses when the caller gives up', async () => {
  const controller = new AbortController();
  const outcome = bed.signIn({
    behaviour: {
      token: () => {
        controller.abort();
        return 'hang';
      },
    },
    signal: controller.signal,
  });
  expect(await outcome).toMatchObject({ outcome: 'refused', code: 'upstream.aborted' });
});

it('names the tenant that is not allowed, for the list of waiting tenants', async () => {
  const outcome = await bed.signIn({ connection: { useCommonEndpoint: true, allowedTenants: [otherTenantId] } });
  expect(outcome.checks.at(-1)).toMatchObject({ code: 'upstream.tenant', details: { tenantId } });
});

it('ignores keys that a token brings along, and still accepts it when a published key signed it', async () => {
  const outcome = await bed.signIn({
    behaviour: { header: (header) => ({ ...header, jwk: strangersKey.jwk, jku: `${bed.upstream.bystanderOrigin}/k` }) },
  });
  expect(outcome).toMatchObject({ outcome: 'account' });
});

it('takes a key whose issuer is the template', async () => {
  const outcome = await bed.signIn({
    behaviour: { jwks: patchedKeys({ issuer: `${bed.upstream.origin}/{tenantid}/v2.0` }) },
  });
  expect(outcome).toMatchObject({ outcome: 'account' });
});

it('takes the first of two keys that share a key id', async () => {
  bed.upstream.keys = [bed.upstream.signWith, makeKey(bed.upstream.signWith.kid)];
  expect(await bed.signIn({})).toMatchObject({ outcome: 'account' });
});

function metadata(changes: Json): Behaviour {
  return { metadata: (usual) => ({ body: { ...usual, ...changes } }) };
}

function patchedKeys(changes: Json): NonNullable<Behaviour['jwks']> {
  return ({ keys }) => ({ body: { keys: keys.map((key) => ({ ...key, ...changes })) } });
}

function hs256(header: Json, body: Json): string {
  const input = `${b64({ ...header, alg: 'HS256' })}.${b64(body)}`;
  return `${input}.${createHmac('sha256', publicPem()).update(input).digest('base64url')}`;
}

function ps256(header: Json, body: Json): string {
  const input = `${b64(header)}.${b64(body)}`;
  const key = bed.upstream.signWith.privateKey;
  const signature = sign('sha256', Buffer.from(input), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${input}.${signature.toString('base64url')}`;
}

function tampered(header: Json, body: Json): string {
  const [head, , signature] = signRs256(header, body, bed.upstream.signWith.privateKey).split('.');
  return `${head}.${b64({ ...body, email: 'victim@contoso.example' })}.${signature}`;
}

function notUtf8(header: Json): string {
  const input = `${b64(header)}.${Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('base64url')}`;
  return `${input}.${sign('sha256', Buffer.from(input), bed.upstream.signWith.privateKey).toString('base64url')}`;
}
