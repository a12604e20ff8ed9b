import type { BeginRequest, CallbackInput, UpstreamOutcome } from '../../upstream-protocol.js';
import {
  entraNames,
  federationTransaction,
  makeSigningPair,
  MemoryReplays,
  now,
  protocolOptions,
  samlAssertion,
  wsfedConnection,
  wsfedPost,
  wsfedResult,
  type AnswerChanges,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import type { WsfedConnection } from '../federation-connection.js';
import { createWsfedProtocol, wsfedSignOutUrl } from './wsfed-protocol.js';

let pair: SigningPair;
let next: SigningPair;
beforeAll(async () => {
  [pair, next] = await Promise.all([makeSigningPair(), makeSigningPair('Next')]);
});

const transaction = federationTransaction('entra-wsfed');
const protocolOf = (replays = new MemoryReplays()) => createWsfedProtocol({ ...protocolOptions(), replays });
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const post = (changes: AnswerChanges = {}, by = pair) => wsfedPost(wsfedResult(by, changes), transaction);
const complete = (input: CallbackInput, settings: Partial<WsfedConnection> = {}, protocol = protocolOf()) =>
  protocol.complete(wsfedConnection(pair, settings), transaction, input, { now });

/** The check that ended it, and its code. */
function verdict(outcome: UpstreamOutcome): string {
  if (outcome.outcome === 'account') return 'signed in';
  return `${outcome.checks.at(-1)?.code.replace('upstream.', '')}: ${outcome.code.replace('upstream.', '')}`;
}

describe('an answer that signs in', () => {
  const adfs: AnswerChanges = { envelope: '1.3', assertion: { version: '1.1' } };
  it.each<[string, AnswerChanges]>([
    ['of Entra: SAML 2.0 in WS-Trust 2005', {}],
    ['of ADFS: SAML 1.1 in WS-Trust 1.3', adfs],
    ['of ADFS: SAML 1.1 in WS-Trust 2005', { assertion: { version: '1.1' } }],
    ['SAML 2.0 in WS-Trust 1.3', { envelope: '1.3' }],
    ['of Entra: SAML 2.0 without prefixes', withoutPrefixes('</Issuer>', (tag, made) => tag + made)],
    ['of ADFS: SAML 1.1 without prefixes', { ...adfs, ...withoutPrefixes('</Assertion>', (tag, made) => made + tag) }],
    ['for our realm as spn', { assertion: { audience: `spn:${entraNames.application}` } }],
    ['that names us as recipient', { assertion: { recipient: entraNames.callbackUrl } }],
    ['without a certificate in it', { signature: { keyInfo: null } }],
    [
      'with the certificate of somebody else in it, which is not looked at',
      { signature: { keyInfo: '<ds:KeyName>x</ds:KeyName>' } },
    ],
    ['with XML around it', { edit: (xml) => `<?xml version="1.0" encoding="utf-8"?>\r\n${xml}\n` }],
    ['two minutes early', { now: minutes(6.9), assertion: { issuedAt: minutes(1.9), notBefore: minutes(1.9) } }],
    ['that just ended', { assertion: { notBefore: minutes(-60), notOnOrAfter: minutes(-1.9) } }],
  ])('%s', async (_, changes) => {
    expect(await complete(post(changes))).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'entra', tenantId: entraNames.tenantId, objectId: entraNames.objectId },
        asOf: now.toISOString(),
        claims: { email: 'ada@contoso.example', displayName: 'Ada Example', givenName: 'Ada', familyName: 'Example' },
      },
      session: { nameId: 'ada@contoso.example' },
    });
  });
});

/** As the real ones write it: by a default namespace. */
function withoutPrefixes(tag: string, place: (tag: string, signature: string) => string): AnswerChanges {
  return {
    editAssertion: (xml) => xml.replaceAll('saml:', '').replace('xmlns:saml=', 'xmlns='),
    signature: { place: (xml, signature) => xml.replace(tag, () => place(tag, signature)) },
  };
}

describe('the record of an answer that signs in', () => {
  it('has every check in its order, and no value but the outline', async () => {
    const { checks } = await complete(post());
    expect(checks.map(({ code, outcome }) => `${code.replace('upstream.', '')} ${outcome}`)).toEqual(
      [
        ...['callback', 'state', 'document', 'metadata', 'signature', 'assertion', 'issuer', 'audience', 'recipient'],
        ...['in-response-to', 'times', 'tenant', 'subject', 'profile', 'library', 'replay'],
      ].map((code) => `${code} passed`),
    );
    expect(checks.find(({ code }) => code === 'upstream.assertion')?.details).toEqual({
      version: '2.0',
      issuer: entraNames.issuer,
      audience: entraNames.application,
      issuedAt: now.toISOString(),
      notBefore: minutes(-5).toISOString(),
      notOnOrAfter: minutes(60).toISOString(),
      attributes: Object.keys(entraNames.attributes).join(' '),
      attributeCount: 7,
      valueCount: 7,
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    });
    expect(JSON.stringify(checks)).not.toMatch(/ada@|Ada|aaaaaaaa-bbbb|<|_a75adf55/);
  });
});

describe('A23: an answer for somebody else', () => {
  it.each<[string, AnswerChanges, string]>([
    ['for another realm', { assertion: { audience: 'https://other.example' } }, 'audience: audience-mismatch'],
    ['for nobody', { assertion: { audience: null } }, 'audience: audience-mismatch'],
    ['of another issuer', { assertion: { issuer: 'https://sts.windows.net/x/' } }, 'issuer: issuer-mismatch'],
    ['for another address', { assertion: { recipient: 'https://x.example/' } }, 'recipient: recipient-mismatch'],
    ['for a holder of a key', { assertion: { confirmation: 'holder-of-key' } }, 'recipient: confirmation-invalid'],
    ['to a SAML request', { assertion: { inResponseTo: '_1' } }, 'in-response-to: in-response-to-mismatch'],
    ['without a beginning', { assertion: { notBefore: null } }, 'times: times-invalid'],
    ['without an end', { assertion: { notOnOrAfter: null } }, 'times: times-invalid'],
    ['not valid yet', { assertion: { notBefore: minutes(2.1) } }, 'times: not-yet-valid'],
    ['ended', { assertion: { notBefore: minutes(-9), notOnOrAfter: minutes(-2) } }, 'times: expired'],
    ['issued in the future', { assertion: { issuedAt: minutes(2.1) } }, 'times: issued-in-future'],
    ['issued before this sign-in can have begun', { assertion: { issuedAt: minutes(-12) } }, 'times: expired'],
    ['without a sign-in', { assertion: { authnStatement: false } }, 'assertion: assertion-malformed'],
    ['of two subjects in SAML 1.1', twoSubjects(), 'assertion: assertion-malformed'],
    [
      'with two tokens',
      { edit: (xml) => xml.replace(/<saml:Assertion[^]*<\/saml:Assertion>/, '$&$&') },
      'assertion: assertion-count',
    ],
    ['with an encrypted token', { edit: encrypted }, 'decryption: encryption-refused'],
    [
      'without a token',
      { edit: (xml) => xml.replace(/<saml:Assertion[^]*<\/saml:Assertion>/, '') },
      'assertion: assertion-count',
    ],
    ['that is a SAML answer', { edit: () => samlAssertion(pair, transaction) }, 'document: document-malformed'],
    ['that nobody signed', { sign: 'nothing' }, 'signature: signature-missing'],
    [
      'signed with SHA-1',
      { signature: { signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' } },
      'signature: algorithm-refused',
    ],
  ])('is refused: %s', async (_, changes, expected) => {
    expect(verdict(await complete(post(changes)))).toBe(expected);
  });

  it('is refused: signed with a certificate of somebody else', async () => {
    const outcome = await complete(post({}, next));
    expect(verdict(outcome)).toBe('signature: key-unknown');
    expect(outcome.checks.at(-1)?.details).toEqual({ code: 'upstream.key-unknown', metadata: 'unchanged' });
  });
});

function twoSubjects(): AnswerChanges {
  const other = (xml: string) =>
    xml.replace('>ada@contoso.example</saml:NameIdentifier', '>eve@x.example</saml:NameIdentifier');
  return { assertion: { version: '1.1' }, editAssertion: other };
}

function encrypted(xml: string): string {
  const data = '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>';
  return xml.replace(/<saml:Assertion[^]*<\/saml:Assertion>/, data);
}

describe('an answer in another form', () => {
  const { body = {} } = wsfedPost('<a/>', transaction);
  it.each<[string, Partial<CallbackInput>, string]>([
    [
      'by GET',
      { method: 'GET', query: { wa: 'wsignin1.0', wresult: '<a/>' }, body: {} },
      'callback: callback-malformed',
    ],
    ['in the query of a POST', { query: { wresult: '<a/>' } }, 'callback: callback-malformed'],
    ['without a form', { body: undefined as never }, 'callback: callback-malformed'],
    ['of another action', { body: { ...body, wa: 'wsignout1.0' } }, 'callback: callback-malformed'],
    ['of no action', { body: { ...body, wa: undefined } }, 'callback: callback-malformed'],
    ['with two documents', { body: { ...body, wresult: ['<a/>', '<b/>'] } }, 'callback: callback-malformed'],
    ['with no document', { body: { ...body, wresult: '' } }, 'callback: callback-malformed'],
    [
      'with a document by address',
      { body: { ...body, wresultptr: 'https://x.example/' } },
      'callback: callback-malformed',
    ],
    ['with a document of a megabyte', { body: { ...body, wresult: 'x'.repeat(1e6) } }, 'document: document-too-large'],
    ['without wctx', { body: { ...body, wctx: undefined } }, 'state: state-missing'],
    ['with another wctx', { body: { ...body, wctx: 'x'.repeat(43) } }, 'state: state-mismatch'],
    ['with two of them', { body: { ...body, wctx: [transaction.state, 'x'] } }, 'callback: callback-malformed'],
    ['that is no XML', { body: { ...body, wresult: 'x' } }, 'document: document-malformed'],
  ])('is refused: %s', async (_, change, expected) => {
    expect(verdict(await complete({ method: 'POST', query: {}, body, ...change }))).toBe(expected);
  });

  it('A33: is refused at another connection, and for a sign-in of another door', async () => {
    expect(verdict(await complete(post(), { connectionId: 'conn_2' }))).toBe('state: connection-mismatch');
    const other = protocolOf().complete(wsfedConnection(pair), federationTransaction('entra-saml'), post(), { now });
    expect(verdict(await other)).toBe('state: state-mismatch');
  });
});

describe('A20: an assertion is used once', () => {
  it('by all instances that share the store, however they are asked', async () => {
    const replays = new MemoryReplays();
    const outcomes = await Promise.all([1, 2, 3].map(() => complete(post(), {}, protocolOf(replays))));
    expect(outcomes.map(verdict).sort()).toEqual([
      ...['replay: assertion-replayed', 'replay: assertion-replayed', 'signed in'],
    ]);
    const [[key, until] = []] = [...replays.remembered];
    expect(key).toBe(`conn_1|${entraNames.issuer}|_a75adf55-01d7-40cc-929f-dbd8372ebdfc`);
    expect(until).toEqual(minutes(62));
  });

  it('and is not used up by an answer that is refused', async () => {
    const replays = new MemoryReplays();
    await complete(post({ assertion: { audience: 'https://other.example' } }), {}, protocolOf(replays));
    expect(replays.remembered.size).toBe(0);
  });

  it('and nobody signs in while the store cannot remember', async () => {
    const broken = { remember: () => Promise.reject(new Error('connection lost')) };
    const outcome = await complete(post(), {}, createWsfedProtocol({ ...protocolOptions(), replays: broken }));
    expect(verdict(outcome)).toBe('library: unexpected');
    expect(JSON.stringify(outcome)).not.toContain('connection lost');
  });
});

describe('line breaks on the way', () => {
  const named = { [`http://schemas.microsoft.com/identity/claims/displayname`]: ['Ada\r\nExample'] };
  const assertion = { attributes: { ...entraNames.attributes, ...named } };
  /** As ADFS signs it: a carriage return of a value is signed as a reference, and sent as itself. */
  const signed = (xml: string) => xml.replaceAll('\r', '&#xD;');
  const lineBreaks = (outcome: UpstreamOutcome) =>
    outcome.checks.find(({ code }) => code === 'upstream.signature')?.details?.['lineBreaks'];

  it('that were signed as references and lost in a form are found again', async () => {
    const changes = { assertion, editAssertion: signed, edit: (xml: string) => xml.replaceAll('&#xD;', '\r') };
    const outcome = await complete(post(changes));
    expect([verdict(outcome), lineBreaks(outcome)]).toEqual(['signed in', 'restored']);
  });

  it('that a form added between elements mean nothing', async () => {
    const between = (xml: string) => xml.replace('<t:RequestedSecurityToken>', '\r\n$&\r\n');
    const outcome = await complete(post({ edit: between }));
    expect([verdict(outcome), lineBreaks(outcome)]).toEqual(['signed in', 'as-sent']);
  });

  it('do not make a changed value true', async () => {
    const changed = (xml: string) => xml.replace('Ada&#xD;', 'Eve\r');
    expect(verdict(await complete(post({ assertion, editAssertion: signed, edit: changed })))).toBe(
      'signature: signature-invalid',
    );
  });
});

describe('a sign-in that begins', () => {
  const request: BeginRequest = {
    params: { whr: 'contoso.example', wfresh: '0' },
    loginHint: 'ada@contoso.example',
    redirectUri: entraNames.callbackUrl,
    random: (bytes) => new Uint8Array(bytes).fill(7),
    now,
  };
  const begin = (changes: Partial<BeginRequest> = {}, settings: Partial<WsfedConnection> = {}) =>
    protocolOf().begin(wsfedConnection(pair, settings), { ...request, ...changes });

  it('leads to the provider with our realm, our reply address and our transaction', async () => {
    const leaving = await begin();
    const { state, ...rest } = leaving.transaction;
    const url = new URL('redirectTo' in leaving ? leaving.redirectTo : '');
    expect(url.origin + url.pathname).toBe(`https://login.microsoftonline.com/${entraNames.tenantId}/sign-in`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ wa: 'wsignin1.0', wtrealm: entraNames.application, wreply: entraNames.callbackUrl, wctx: state },
      ...{ wct: '2026-11-22T12:00:00Z', whr: 'contoso.example', wfresh: '0', login_hint: 'ada@contoso.example' },
    });
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(rest).toEqual({
      ...{ strategy: 'entra-wsfed', connectionId: 'conn_1', requestId: `_${'07'.repeat(16)}` },
      redirectUri: entraNames.callbackUrl,
    });
  });

  it('keeps the query that the provider’s address has', async () => {
    const metadata = { ...wsfedConnection(pair).metadata };
    metadata.signIn = [{ binding: 'redirect', url: 'https://login.microsoftonline.com/adfs?policy=p' }];
    const leaving = await begin({}, { metadata });
    expect('redirectTo' in leaving && leaving.redirectTo).toMatch(
      /^https:\/\/login[^?]*\/adfs\?policy=p&.*wa=wsignin1\.0/,
    );
  });

  it.each(['wreply', 'wtrealm', 'wctx', 'wa', 'wresult', 'WREPLY', 'wct', 'wreq'])(
    'A24: never with a %s of somebody else',
    async (name) => {
      await expect(begin({ params: { [name]: 'https://evil.example/' } })).rejects.toMatchObject({
        code: 'upstream.param-reserved',
      });
    },
  );

  it('never at an address outside of Entra where it speaks for a tenant', async () => {
    const metadata = { ...wsfedConnection(pair).metadata };
    metadata.signIn = [{ binding: 'redirect', url: 'https://evil.example/' }];
    await expect(begin({}, { metadata })).rejects.toMatchObject({ code: 'upstream.metadata-endpoint-refused' });
  });
});

it('knows where somebody signs out, and comes back from there', () => {
  const url = new URL(wsfedSignOutUrl(wsfedConnection(pair), { wreply: 'https://id.homerealm.example/out?a=b' }) ?? '');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ wa: 'wsignout1.0', wtrealm: entraNames.application, wreply: 'https://id.homerealm.example/out?a=b' },
  });
  const silent = { ...wsfedConnection(pair).metadata, signOut: [] };
  expect(wsfedSignOutUrl(wsfedConnection(pair, { metadata: silent }), { wreply: 'https://x.example' })).toBeUndefined();
});
