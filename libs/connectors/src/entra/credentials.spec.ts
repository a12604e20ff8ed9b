import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { compactVerify } from 'jose';
import { createHash, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { TestBed } from '../fixtures/test-bed.js';
import {
  aadError,
  clientId,
  clientSecret,
  tenantId,
  type Asked,
  type Behaviour,
} from '../fixtures/hostile-upstream.js';
import type { EntraCredential } from './entra-connection.js';

let bed: TestBed;
let certificate: Extract<EntraCredential, { kind: 'certificate' }>;
beforeAll(async () => {
  bed = await TestBed.start();
  certificate = await selfSigned();
});
beforeEach(() => bed.upstream.reset());
afterAll(() => bed.close());

const secret = (value: string): EntraCredential => ({ kind: 'client-secret', value });
const tokenCalls = (): Asked[] => bed.upstream.asked.filter(({ path }) => path.includes('/token'));
/** Entra refuses a wrong secret before it looks at the code. */
const onlySecret = (right: string): Behaviour => ({
  token: (usual, { form }) =>
    form.get('client_secret') === right ? { body: usual } : { status: 401, body: aadError('invalid_client', 7000215) },
});

/** The code must survive the first, refused try: the upstream answers deliberately each time. */
function patient(behaviour: Behaviour): Behaviour {
  let tokens: Record<string, unknown> = {};
  return {
    ...behaviour,
    token: (usual, asked) => {
      if (usual['id_token']) tokens = usual;
      return behaviour.token?.(tokens, asked) ?? { body: tokens };
    },
  };
}

describe('credentials', () => {
  it('are sent in the form, with code, verifier and callback URL', async () => {
    await bed.signIn({});
    expect(Object.fromEntries(tokenCalls()[0]?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'openid profile email',
      redirect_uri: 'http://localhost:4000/login/callback/conn_1',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('are tried in their order while one rotates out', async () => {
    const outcome = await bed.signIn({
      behaviour: patient(onlySecret('second')),
      connection: { credentials: [secret('first'), secret('second'), secret('third')] },
    });
    expect(outcome.outcome).toBe('account');
    expect(tokenCalls().map(({ form }) => form.get('client_secret'))).toEqual(['first', 'second']);
    expect(outcome.checks).toContainEqual({
      code: 'upstream.token-request',
      outcome: 'passed',
      details: { credential: 'client-secret', refusedBefore: 1 },
    });
  });

  it('are refused with the last refusal when none is right', async () => {
    const outcome = await bed.signIn({
      behaviour: onlySecret('x'),
      connection: { credentials: [secret('a-a-a'), secret('b-b-b')] },
    });
    expect(outcome).toMatchObject({
      code: 'upstream.credentials-refused',
      upstream: { error: 'invalid_client', aadsts: ['7000215'] },
    });
    expect(tokenCalls()).toHaveLength(2);
  });

  it('are not tried further when something else is wrong', async () => {
    const behaviour: Behaviour = { token: () => ({ status: 400, body: aadError('invalid_grant', 70008) }) };
    const outcome = await bed.signIn({ behaviour, connection: { credentials: [secret('a'), secret('b')] } });
    expect(outcome).toMatchObject({ code: 'upstream.code-refused' });
    expect(tokenCalls()).toHaveLength(1);
  });

  it('go on to the next when a certificate cannot be read', async () => {
    const broken: EntraCredential = { kind: 'certificate', privateKeyPem: 'x', certificatePem: 'y' };
    expect(await bed.signIn({ connection: { credentials: [broken, secret(clientSecret)] } })).toMatchObject({
      outcome: 'account',
    });
  });

  it('may be a certificate: an assertion of PS256 with the thumbprint as x5t#S256', async () => {
    expect(await bed.signIn({ connection: { credentials: [certificate] } })).toMatchObject({ outcome: 'account' });
    const form = tokenCalls()[0]?.form;
    expect(form?.has('client_secret')).toBe(false);
    expect(form?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { certificatePem } = certificate;
    const verified = await compactVerify(form?.get('client_assertion') ?? '', createPublicKey(certificatePem), {
      algorithms: ['PS256'],
    });
    const thumbprint = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('base64url');
    expect(verified.protectedHeader).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
    const claims = JSON.parse(Buffer.from(verified.payload).toString()) as Record<string, unknown>;
    const aud = `${bed.upstream.origin}/${tenantId}/oauth2/v2.0/token`;
    expect(claims).toMatchObject({ aud, iss: clientId, sub: clientId, jti: expect.any(String) });
    expect(Number(claims['exp']) - Number(claims['nbf'])).toBe(300);
  });
});

async function selfSigned(): Promise<typeof certificate> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=homerealm',
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    kind: 'certificate',
    certificatePem: made.toString('pem'),
    privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}
