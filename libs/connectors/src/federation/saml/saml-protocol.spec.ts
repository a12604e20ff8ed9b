import { inflateRawSync } from 'node:zlib';
import { createVerify } from 'node:crypto';
import type { CallbackInput, UpstreamOutcome } from '../../upstream-protocol.js';
import {
  encryption,
  entraNames,
  federationTransaction,
  makeSigningPair,
  MemoryReplays,
  now,
  protocolOptions,
  samlConnection,
  samlPost,
  samlResponse,
  type AnswerChanges,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import type { SamlConnection } from '../federation-connection.js';
import { readDocument } from '../xml/read-document.js';
import { verifySignature } from '../xml/verify-signature.js';
import { createSamlProtocol } from './saml-protocol.js';

let pair: SigningPair;
let ours: SigningPair;
let olderOurs: SigningPair;
beforeAll(async () => {
  [pair, ours, olderOurs] = await Promise.all([makeSigningPair(), makeSigningPair('Ours'), makeSigningPair('Older')]);
});

const transaction = federationTransaction('entra-saml');
const protocolOf = (replays = new MemoryReplays()) => createSamlProtocol({ ...protocolOptions(), replays });
const credential = (held: SigningPair) => ({ kind: 'certificate' as const, ...held });

const complete = (input: CallbackInput, settings: Partial<SamlConnection> = {}, held = transaction) =>
  protocolOf().complete(samlConnection(pair, settings), held, input, { now });

async function answerOf(changes: AnswerChanges, settings: Partial<SamlConnection> = {}): Promise<UpstreamOutcome> {
  return complete(samlPost(await samlResponse(pair, transaction, changes), transaction), settings);
}
const verdict = (outcome: UpstreamOutcome) =>
  outcome.outcome === 'account' ? 'account' : `${outcome.checks.at(-1)?.code} ${outcome.code}`;

describe('an answer that signs in', () => {
  it.each<{ case: string; changes: AnswerChanges }>([
    { case: 'with the assertion signed, as Entra does by default', changes: {} },
    { case: 'with the Response signed', changes: { sign: 'response' } },
    { case: 'with both signed', changes: { sign: 'both' } },
    { case: 'for us as spn', changes: { assertion: { audience: `spn:${entraNames.application}` } } },
    { case: 'without Destination and Issuer around it', changes: { response: { destination: null, issuer: null } } },
    { case: 'with a declaration', changes: { edit: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n` } },
    { case: 'without a certificate in it', changes: { signature: { keyInfo: null } } },
    {
      case: 'with line breaks in a value, signed as Windows writes them',
      changes: { editAssertion: (xml) => xml.replace('>Ada Example<', '>Ada&#xD;\nExample<'), edit: bareReturns },
    },
  ])('$case', async ({ changes }) => {
    const outcome = await answerOf(changes);
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'entra', tenantId: entraNames.tenantId, objectId: entraNames.objectId },
        asOf: now.toISOString(),
        claims: { email: 'ada@contoso.example', givenName: 'Ada', familyName: 'Example' },
      },
      session: { nameId: 'ada@contoso.example', sessionIndex: '_5f3c2a1e-0000-4000-8000-00000000abcd' },
    });
    expect(outcome.checks.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['upstream.signature', 'upstream.in-response-to', 'upstream.library', 'upstream.replay']),
    );
  });

  it('records an outline of the assertion, and no value of it', async () => {
    const outcome = await answerOf({});
    expect(outcome.checks.find(({ code }) => code === 'upstream.assertion')?.details).toMatchObject({
      version: '2.0',
      issuer: entraNames.issuer,
      audience: entraNames.application,
      attributes: expect.stringContaining('claims/emailaddress'),
    });
    expect(JSON.stringify(outcome.checks)).not.toMatch(/contoso\.example|<saml|Ada/);
  });

  it('of a provider that rolls its certificate over', async () => {
    const metadata = {
      ...samlConnection(pair).metadata,
      certificates: [olderOurs.certificatePem, pair.certificatePem],
    };
    expect(verdict(await answerOf({}, { metadata }))).toBe('account');
    const stranger = await answerOf({ signature: { pair: ours } }, { metadata });
    expect(verdict(stranger)).toBe('upstream.signature upstream.key-unknown');
  });

  it('of somebody who does not speak for a tenant, known by name ID in this connection alone', async () => {
    const outcome = await answerOf({}, { tenantId: null });
    const { accountIssuer } = samlConnection(pair);
    expect(outcome).toMatchObject({
      account: { key: { kind: 'oidc', issuer: accountIssuer, subject: 'ada@contoso.example' } },
    });
  });
});

function bareReturns(xml: string): string {
  return xml.replace('&#xD;', '\r');
}

describe('an encrypted assertion', () => {
  const settings = (): Partial<SamlConnection> => ({
    assertionEncryption: 'allowed',
    credentials: [credential(olderOurs), credential(ours)],
  });

  it.each<{ case: string; changes: AnswerChanges }>([
    { case: 'signed inside', changes: {} },
    { case: 'in a signed Response', changes: { sign: 'response' } },
    { case: 'signed inside, in a signed Response', changes: { sign: 'both' } },
    { case: 'with AES-128-GCM', changes: { encryption: { content: encryption.aes128Gcm } } },
  ])('$case is opened', async ({ changes }) => {
    const outcome = await answerOf({ encryptFor: ours, ...changes }, settings());
    expect(verdict(outcome)).toBe('account');
    expect(outcome.checks).toContainEqual(expect.objectContaining({ code: 'upstream.decryption', outcome: 'passed' }));
  });

  it('is opened with an older certificate while the newer one is not known to the provider yet', async () => {
    expect(verdict(await answerOf({ encryptFor: olderOurs }, settings()))).toBe('account');
  });

  it.each<{ case: string; changes: AnswerChanges; change?: Partial<SamlConnection>; ends: string }>([
    {
      case: 'where none is configured',
      changes: {},
      change: { assertionEncryption: 'none' },
      ends: 'upstream.decryption upstream.encryption-refused',
    },
    {
      case: 'with AES-CBC',
      changes: { encryption: { content: encryption.aes256Cbc } },
      ends: 'upstream.decryption upstream.encryption-refused',
    },
    {
      case: 'with RSA 1.5',
      changes: { encryption: { key: encryption.rsa15 } },
      ends: 'upstream.decryption upstream.encryption-refused',
    },
    {
      case: 'that nobody signed',
      changes: { sign: 'nothing' },
      ends: 'upstream.signature upstream.signature-missing',
    },
    {
      case: 'for a certificate we do not have',
      changes: {},
      change: { credentials: [] },
      ends: 'upstream.decryption upstream.decryption-failed',
    },
    {
      case: 'that was changed on its way',
      changes: {
        edit: (xml) => xml.replace(/(?<=<\/e:EncryptedKey>.*CipherValue>.{40})./s, (old) => (old === 'A' ? 'B' : 'A')),
      },
      ends: 'upstream.decryption upstream.decryption-failed',
    },
    {
      case: 'signed by a stranger inside',
      changes: {
        signature: { keyInfo: null, editSignature: (xml) => xml.replace(/(?<=SignatureValue>)..../, 'AAAA') },
      },
      ends: 'upstream.signature upstream.key-unknown',
    },
    {
      case: 'A23: for another audience inside',
      changes: { assertion: { audience: 'https://other.example' } },
      ends: 'upstream.audience upstream.audience-mismatch',
    },
  ])('is refused $case', async ({ changes, change, ends }) => {
    expect(verdict(await answerOf({ encryptFor: ours, ...changes }, { ...settings(), ...change }))).toBe(ends);
  });

  it('is missed where it is required', async () => {
    const required = { ...settings(), assertionEncryption: 'required' as const };
    expect(verdict(await answerOf({}, required))).toBe('upstream.decryption upstream.encryption-missing');
    expect(verdict(await answerOf({ encryptFor: ours }, required))).toBe('account');
  });
});

describe('an answer that is refused', () => {
  it.each<{ case: string; change: (input: CallbackInput) => CallbackInput; ends: string }>([
    { case: 'by GET', change: (input) => ({ ...input, method: 'GET' }), ends: 'callback upstream.callback-malformed' },
    {
      case: 'in a query',
      change: ({ body, ...input }) => ({ ...input, query: body as never }),
      ends: 'callback upstream.callback-malformed',
    },
    {
      case: 'with another field',
      change: withFields({ SAMLRequest: 'x' }),
      ends: 'callback upstream.callback-malformed',
    },
    {
      case: 'with a field twice',
      change: withFields({ RelayState: ['a', 'b'] }),
      ends: 'callback upstream.callback-malformed',
    },
    { case: 'without RelayState', change: withFields({ RelayState: undefined }), ends: 'state upstream.state-missing' },
    {
      case: 'with another RelayState',
      change: withFields({ RelayState: 'x'.repeat(43) }),
      ends: 'state upstream.state-mismatch',
    },
    {
      case: 'that is no base64',
      change: withFields({ SAMLResponse: '<samlp:Response/>' }),
      ends: 'document upstream.document-malformed',
    },
    {
      case: 'that is too large',
      change: withFields({ SAMLResponse: 'A'.repeat(400_000) }),
      ends: 'document upstream.document-too-large',
    },
  ])('$case', async ({ change, ends }) => {
    const input = samlPost(await samlResponse(pair, transaction), transaction);
    expect(verdict(await complete(change(input)))).toBe(`upstream.${ends}`);
  });

  it('A20: a second time, also by another instance', async () => {
    const replays = new MemoryReplays();
    const input = samlPost(await samlResponse(pair, transaction), transaction);
    const once = () => protocolOf(replays).complete(samlConnection(pair), transaction, input, { now });
    expect([verdict(await once()), verdict(await once())]).toEqual([
      'account',
      'upstream.replay upstream.assertion-replayed',
    ]);
    expect([...replays.remembered.values()].every((until) => until > now)).toBe(true);
  });

  it('A33: at another connection than the one it was made for', async () => {
    const other = {
      connectionId: 'conn_2',
      entityId: `${entraNames.application}-2`,
      callbackUrl: `${entraNames.callbackUrl}-2`,
    };
    const input = samlPost(await samlResponse(pair, transaction), transaction);
    expect(verdict(await complete(input, other))).toBe('upstream.state upstream.connection-mismatch');
    const itsOwn = { ...transaction, connectionId: other.connectionId, redirectUri: other.callbackUrl };
    expect(verdict(await complete(input, other, itsOwn))).toBe('upstream.recipient upstream.destination-mismatch');
    const bent = samlPost(
      await samlResponse(pair, transaction, { response: { destination: other.callbackUrl } }),
      transaction,
    );
    expect(verdict(await complete(bent, other, itsOwn))).toBe('upstream.audience upstream.audience-mismatch');
  });

  it('with what the provider says about it, for the admin', async () => {
    const said = 'AADSTS50105: The signed in user is not assigned to a role for the application.';
    const edit = (xml: string) =>
      xml.replace('</samlp:Status>', `<samlp:StatusMessage>${said}</samlp:StatusMessage></samlp:Status>`);
    const outcome = await answerOf({ response: { status: 'Responder' }, edit });
    expect(outcome).toMatchObject({
      code: 'upstream.status-refused',
      upstream: { aadsts: ['50105'], description: said },
    });
  });

  it('A21: with a wrong signature around a right one', async () => {
    const edit = (xml: string) => xml.replace(/(?<=SignatureValue>)..../, 'AAAA');
    expect(verdict(await answerOf({ sign: 'both', edit }))).toBe('upstream.signature upstream.signature-invalid');
  });

  it('A22: with hundreds of elements around the assertion', async () => {
    const edit = (xml: string) => xml.replace('<samlp:Status>', `${'<x xmlns=""/>'.repeat(300)}<samlp:Status>`);
    expect(verdict(await answerOf({ edit }))).toBe('upstream.document upstream.document-forbidden');
  });

  it('when node-saml does not agree', async () => {
    const edit = (xml: string) => xml.replace('<saml:Assertion', '<x:Assertion xmlns:x="urn:x"/><saml:Assertion');
    expect(verdict(await answerOf({ edit }))).toBe('upstream.library upstream.second-opinion');
  });
});

function withFields(fields: Record<string, unknown>) {
  return ({ body, ...input }: CallbackInput): CallbackInput => ({ ...input, body: { ...body, ...fields } });
}

describe('a sign-in that begins', () => {
  const begin = (settings: Partial<SamlConnection> = {}, params: Record<string, string> = {}) =>
    protocolOf().begin(samlConnection(pair, settings), {
      params,
      redirectUri: entraNames.callbackUrl,
      random: (bytes) => new Uint8Array(bytes).fill(7),
      now,
    });
  const locationOf = (departure: object): URL =>
    new URL('redirectTo' in departure ? String(departure.redirectTo) : 'x:');
  const requestOf = (url: URL): string =>
    inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const postOnly = () => {
    const { metadata } = samlConnection(pair);
    return { ...metadata, signIn: metadata.signIn.filter(({ binding }) => binding === 'post') };
  };

  it('leads to the provider with a request that its answer must name', async () => {
    const { transaction: begun, ...departure } = await begin();
    const url = locationOf(departure);
    const request = readDocument(requestOf(url));
    expect(request.getAttribute('ID')).toBe(begun.requestId);
    expect(request.getAttribute('AssertionConsumerServiceURL')).toBe(entraNames.callbackUrl);
    expect(request.getAttribute('IssueInstant')).toBe(now.toISOString());
    expect(request.getAttribute('Destination')).toBe(url.origin + url.pathname);
    expect(requestOf(url)).not.toMatch(/RequestedAuthnContext|NameIDPolicy|ForceAuthn/);
    expect(url.searchParams.get('RelayState')).toBe(begun.state);
    expect(url.searchParams.has('Signature')).toBe(false);
    expect(begun).toMatchObject({
      strategy: 'entra-saml',
      connectionId: 'conn_1',
      redirectUri: entraNames.callbackUrl,
    });
  });

  it('passes on what the connection configures, and says prompt=login in the words of SAML', async () => {
    const { signInUrl, ...settings } = {
      signInUrl: 'https://idp.example/sso?tenant=a',
      nameIdFormat: 'persistent' as const,
    };
    const departure = await begin({ ...settings, signInUrl }, { login_hint: 'ada@contoso.example', prompt: 'login' });
    const url = locationOf(departure);
    expect(url.href.startsWith(signInUrl)).toBe(true);
    expect(url.searchParams.get('login_hint')).toBe('ada@contoso.example');
    expect(url.searchParams.has('prompt')).toBe(false);
    expect(requestOf(url)).toMatch(/ForceAuthn="true".*NameIDPolicy Format="[^"]*:persistent"/);
  });

  it('is signed over the very letters of its query, with the newest certificate', async () => {
    const departure = await begin({ signRequests: true, credentials: [credential(ours)] }, { whr: 'contoso.example' });
    const [, signed = '', signature = ''] = /\?(.*)&Signature=([^&]*)/.exec(locationOf(departure).href) ?? [];
    expect(signed).toMatch(/^SAMLRequest=[^&]*&RelayState=[^&]*&SigAlg=[^&]*rsa-sha256$/);
    const verifier = createVerify('sha256').update(signed);
    expect(verifier.verify(ours.certificatePem, decodeURIComponent(signature), 'base64')).toBe(true);
  });

  it('goes as a form where the provider takes nothing else, signed inside', async () => {
    const departure = await begin({ signRequests: true, credentials: [credential(ours)], metadata: postOnly() });
    const form = 'form' in departure ? departure.form : undefined;
    const text = Buffer.from(form?.fields['SAMLRequest'] ?? '', 'base64').toString();
    const root = readDocument(text);
    const certificates = [ours.certificatePem];
    expect(verifySignature({ root, signed: root, idName: 'ID', certificates }).getAttribute('ID')).toBe(
      departure.transaction.requestId,
    );
    expect(form?.fields['RelayState']).toBe(departure.transaction.state);
  });

  it.each([
    { case: 'must be signed without a certificate', settings: { signRequests: true }, code: 'credentials-missing' },
    {
      case: 'must be signed with a key that cannot be read',
      settings: {
        signRequests: true,
        credentials: [{ kind: 'certificate' as const, privateKeyPem: 'x', certificatePem: 'y' }],
      },
      code: 'credentials-unusable',
    },
  ])('does not when it $case', async ({ settings, code }) => {
    await expect(begin(settings)).rejects.toMatchObject({ code: `upstream.${code}` });
  });

  it('does not for a provider that wants signatures we cannot make', async () => {
    const metadata = { ...postOnly(), wantsSignedRequests: true };
    await expect(begin({ metadata })).rejects.toMatchObject({ code: 'upstream.credentials-missing' });
  });

  it('never lets a parameter take the place of ours', async () => {
    await expect(begin({}, { RelayState: 'x' })).rejects.toMatchObject({ code: 'upstream.param-reserved' });
  });
});
