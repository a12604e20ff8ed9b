import { createSign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import {
  entraNames,
  makeSigningPair,
  MemoryReplays,
  now,
  protocolOptions,
  samlConnection,
  signElement,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import type { SamlConnection } from '../federation-connection.js';
import { createFederationProviders } from '../metadata/federation-providers.js';
import { readDocument } from '../xml/read-document.js';
import { decodeMessage } from './decode-message.js';
import type { LogoutInput } from './receive-signed.js';
import { createSamlLogout } from './saml-logout.js';

let pair: SigningPair;
let ours: SigningPair;
beforeAll(async () => {
  [pair, ours] = await Promise.all([makeSigningPair(), makeSigningPair('Ours')]);
});

const signOutUrl = 'https://id.homerealm.example/login/logout/conn_1';
const requestId = '_0707070707070707070707070707070707070707';
const minutes = (count: number) => new Date(now.getTime() + count * 60_000).toISOString();
const random = (bytes: number) => new Uint8Array(bytes).fill(7);
const logoutOf = (replays = new MemoryReplays()) =>
  createSamlLogout({ providers: createFederationProviders({ protocol: 'saml', ...protocolOptions() }), replays });
const connectionOf = (settings: Partial<SamlConnection> = {}) => samlConnection(pair, settings);

type Fields = { attributes?: Record<string, string>; issuer?: string; content?: string };

function message(name: 'LogoutRequest' | 'LogoutResponse', { attributes = {}, issuer, content }: Fields = {}): string {
  const usual: Record<string, string> = {
    ...{ ID: '_theirs', Version: '2.0', IssueInstant: minutes(0), Destination: signOutUrl },
    ...(name === 'LogoutResponse' ? { InResponseTo: requestId } : { NotOnOrAfter: minutes(5) }),
  };
  const written = Object.entries({ ...usual, ...attributes })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('');
  const status = (code: string) =>
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"/></samlp:Status>`;
  const usualContent =
    name === 'LogoutResponse'
      ? status('Success')
      : '<saml:NameID Format="urn:x">ada@contoso.example</saml:NameID><samlp:SessionIndex>s1</samlp:SessionIndex>';
  return (
    `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"${written}>` +
    `<saml:Issuer>${issuer ?? entraNames.issuer}</saml:Issuer>${content ?? usualContent}</samlp:${name}>`
  );
}

/** By redirect as Entra does it: lower-case escapes, and the signature before its algorithm. */
function redirected(xml: string, { by = pair, algorithm = 'rsa-sha256', relayState = 'rs' } = {}): LogoutInput {
  const lower = (text: string) => encodeURIComponent(text).replace(/%../g, (found) => found.toLowerCase());
  const name = xml.includes('LogoutRequest') ? 'SAMLRequest' : 'SAMLResponse';
  const value = `${name}=${lower(deflateRawSync(xml).toString('base64'))}&RelayState=${lower(relayState)}`;
  const sigAlg = `SigAlg=${lower(`http://www.w3.org/2001/04/xmldsig-more#${algorithm}`)}`;
  const signature = createSign(algorithm.slice(4)).update(`${value}&${sigAlg}`).sign(by.privateKeyPem, 'base64');
  return { method: 'GET', rawQuery: `${value}&Signature=${lower(signature)}&${sigAlg}` };
}

function posted(xml: string, by: SigningPair | undefined = pair, more: Record<string, unknown> = {}): LogoutInput {
  const signed = by ? signElement(xml, '_theirs', { pair: by }) : xml;
  const name = xml.includes('LogoutRequest') ? 'SAMLRequest' : 'SAMLResponse';
  const body = { [name]: Buffer.from(signed).toString('base64'), RelayState: 'rs', ...more };
  return { method: 'POST', rawQuery: '', body };
}

const readRequest = (input: LogoutInput, replays?: MemoryReplays) =>
  logoutOf(replays).readRequest(connectionOf(), input, { now, signOutUrl });
const readResponse = (input: LogoutInput) =>
  logoutOf().readResponse(connectionOf(), input, { now, signOutUrl, requestId });
const bindings: { binding: string; bring: (xml: string) => LogoutInput }[] = [
  { binding: 'a redirect', bring: (xml) => redirected(xml) },
  { binding: 'a form', bring: (xml) => posted(xml) },
];

describe('somebody who signs out at the provider', () => {
  it.each(bindings)('is named by a request in $binding', async ({ bring }) => {
    expect(await readRequest(bring(message('LogoutRequest')))).toEqual({
      outcome: 'request',
      id: '_theirs',
      nameId: 'ada@contoso.example',
      nameIdFormat: 'urn:x',
      sessionIndexes: ['s1'],
      relayState: 'rs',
    });
  });

  it('is named by a request without Destination and end, as Entra sends it', async () => {
    const input = redirected(message('LogoutRequest', { attributes: { Destination: '', NotOnOrAfter: '' } }));
    expect(await readRequest(input)).toMatchObject({ outcome: 'request' });
  });

  it.each<{ case: string; fields: Fields; code: string }>([
    { case: 'another issuer', fields: { issuer: 'https://attacker.example/' }, code: 'issuer-mismatch' },
    { case: 'no issuer', fields: { issuer: '' }, code: 'issuer-mismatch' },
    {
      case: 'another destination',
      fields: { attributes: { Destination: `${signOutUrl}2` } },
      code: 'destination-mismatch',
    },
    { case: 'an end in the past', fields: { attributes: { NotOnOrAfter: minutes(-3) } }, code: 'expired' },
    { case: 'an end that is no time', fields: { attributes: { NotOnOrAfter: 'soon' } }, code: 'times-invalid' },
    {
      case: 'an old request',
      fields: { attributes: { NotOnOrAfter: '', IssueInstant: minutes(-8) } },
      code: 'expired',
    },
    { case: 'a request of tomorrow', fields: { attributes: { IssueInstant: minutes(60) } }, code: 'issued-in-future' },
    { case: 'another version', fields: { attributes: { Version: '1.1' } }, code: 'document-malformed' },
    { case: 'nobody', fields: { content: '' }, code: 'subject-missing' },
    {
      case: 'two people',
      fields: { content: '<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>' },
      code: 'subject-missing',
    },
  ])('A23: is not believed with $case', async ({ fields, code }) => {
    for (const { bring } of bindings) {
      expect(await readRequest(bring(message('LogoutRequest', fields)))).toEqual({
        outcome: 'refused',
        code: `upstream.${code}`,
      });
    }
  });

  it.each<{ case: string; input: () => LogoutInput; code: string }>([
    {
      case: 'unsigned in a form',
      input: () => ({
        ...posted(message('LogoutRequest')),
        body: { SAMLRequest: Buffer.from(message('LogoutRequest')).toString('base64') },
      }),
      code: 'signature-missing',
    },
    { case: 'unsigned in a query', input: () => withQuery(/&Signature=.*$/, ''), code: 'signature-missing' },
    {
      case: 'signed by a stranger in a form',
      input: () => posted(message('LogoutRequest'), ours),
      code: 'key-unknown',
    },
    {
      case: 'signed by a stranger in a query',
      input: () => redirected(message('LogoutRequest'), { by: ours }),
      code: 'key-unknown',
    },
    {
      case: 'signed with SHA-1',
      input: () => redirected(message('LogoutRequest'), { algorithm: 'rsa-sha1' }),
      code: 'algorithm-refused',
    },
    {
      case: 'signed for another RelayState',
      input: () => withQuery('RelayState=rs', 'RelayState=xx'),
      code: 'key-unknown',
    },
    {
      case: 'with a signature that is no base64',
      input: () => withQuery(/Signature=[^&]*/, 'Signature=%3C'),
      code: 'signature-invalid',
    },
    {
      case: 'with a form signature in a query',
      input: () => redirected(signElement(message('LogoutRequest'), '_theirs', { pair })),
      code: 'signature-structure',
    },
    {
      case: 'with its parameter twice',
      input: () => withQuery('RelayState=rs', 'RelayState=rs&RelayState=rs'),
      code: 'callback-malformed',
    },
    {
      case: 'with an escaped name',
      input: () => withQuery('RelayState=', 'Relay%53tate='),
      code: 'callback-malformed',
    },
    {
      case: 'together with an answer',
      input: () => withQuery('&RelayState', '&SAMLResponse=x&RelayState'),
      code: 'callback-malformed',
    },
    { case: 'as an answer', input: () => redirected(message('LogoutResponse')), code: 'callback-malformed' },
    {
      case: 'that unfolds to megabytes',
      input: () => redirected(message('LogoutRequest', { content: ' '.repeat(3_000_000) })),
      code: 'document-too-large',
    },
    {
      case: 'with other fields',
      input: () => posted(message('LogoutRequest'), pair, { x: 'y' }),
      code: 'callback-malformed',
    },
    {
      case: 'by PUT',
      input: () => ({ ...posted(message('LogoutRequest')), method: 'PUT' }),
      code: 'callback-malformed',
    },
    { case: 'that is nothing', input: () => ({ method: 'GET', rawQuery: '' }), code: 'callback-malformed' },
  ])('is not believed $case', async ({ input, code }) => {
    expect(await readRequest(input())).toEqual({ outcome: 'refused', code: `upstream.${code}` });
  });

  it('A20: is not signed out twice by one request', async () => {
    const replays = new MemoryReplays();
    const input = redirected(message('LogoutRequest'));
    expect(await readRequest(input, replays)).toMatchObject({ outcome: 'request' });
    expect(await readRequest(input, replays)).toEqual({ outcome: 'refused', code: 'upstream.assertion-replayed' });
  });
});

function withQuery(old: string | RegExp, made: string): LogoutInput {
  const input = redirected(message('LogoutRequest'));
  return { ...input, rawQuery: input.rawQuery.replace(old, made) };
}

describe('the answer to our request', () => {
  it.each(bindings)('signs out by $binding', async ({ bring }) => {
    expect(await readResponse(bring(message('LogoutResponse')))).toEqual({ outcome: 'signed-out' });
  });

  it.each<{ case: string; fields: Fields; code: string }>([
    { case: 'to another request', fields: { attributes: { InResponseTo: '_x' } }, code: 'in-response-to-mismatch' },
    { case: 'to no request', fields: { attributes: { InResponseTo: '' } }, code: 'in-response-to-missing' },
    { case: 'of somebody else', fields: { issuer: 'https://attacker.example/' }, code: 'issuer-mismatch' },
    {
      case: 'for somebody else',
      fields: { attributes: { Destination: 'https://sp.example/' } },
      code: 'destination-mismatch',
    },
    {
      case: 'of refusal',
      fields: {
        content:
          '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status>',
      },
      code: 'sign-out-refused',
    },
    { case: 'without status', fields: { content: '' }, code: 'sign-out-refused' },
  ])('A23: does not $case', async ({ fields, code }) => {
    for (const { bring } of bindings) {
      expect(await readResponse(bring(message('LogoutResponse', fields)))).toEqual({
        outcome: 'refused',
        code: `upstream.${code}`,
      });
    }
  });
});

describe('what we send', () => {
  const session = { nameId: 'a<b>&"c', nameIdFormat: 'urn:x', nameQualifier: 'q', sessionIndex: 's1' };
  const credentials = () => [{ kind: 'certificate' as const, ...ours }];
  /** The provider's side: the same reader with our certificate in its metadata. */
  const provider = (signOut = connectionOf().metadata.signOut) =>
    connectionOf({
      metadata: {
        ...connectionOf().metadata,
        entityId: entraNames.application,
        certificates: [ours.certificatePem],
        signOut,
      },
    });
  const post = [{ binding: 'post' as const, url: 'https://login.microsoftonline.com/sign-out' }];
  const posting = () =>
    connectionOf({ credentials: credentials(), metadata: { ...connectionOf().metadata, signOut: post } });

  function arrived(departure: object): LogoutInput {
    if ('redirectTo' in departure)
      return { method: 'GET', rawQuery: new URL(String(departure.redirectTo)).search.slice(1) };
    const { form } = departure as { form: { fields: Record<string, string> } };
    return { method: 'POST', rawQuery: '', body: form.fields };
  }

  it.each([
    { binding: 'redirect', sender: () => connectionOf({ credentials: credentials() }), url: connectionUrl() },
    { binding: 'form', sender: posting, url: post[0]?.url ?? '' },
  ])('is a signed request by $binding that its reader accepts', async ({ sender, url }) => {
    const departure = await logoutOf().request(sender(), session, { relayState: 'rs', random, now });
    expect(departure.requestId).toBe(requestId);
    const read = await logoutOf().readRequest(provider(), arrived(departure), { now, signOutUrl: url });
    expect(read).toMatchObject({
      outcome: 'request',
      id: requestId,
      nameId: session.nameId,
      sessionIndexes: ['s1'],
      relayState: 'rs',
    });
  });

  it.each([
    { success: true, ends: { outcome: 'signed-out' } },
    { success: false, ends: { outcome: 'refused', code: 'upstream.sign-out-refused' } },
  ])('is a signed answer that its reader accepts: $success', async ({ success, ends }) => {
    const answer = { inResponseTo: '_theirs', relayState: 'rs', success, random, now };
    for (const [sender, url] of [
      [connectionOf({ credentials: credentials() }), connectionUrl()],
      [posting(), post[0]?.url ?? ''],
    ] as const) {
      const departure = (await logoutOf().respond(sender, answer)) ?? {};
      expect(
        await logoutOf().readResponse(provider(), arrived(departure), { now, signOutUrl: url, requestId: '_theirs' }),
      ).toEqual(ends);
    }
  });

  it('is unsigned where there is no certificate, and names the person as the provider did', async () => {
    const departure = await logoutOf().request(connectionOf(), session, { relayState: 'rs', random, now });
    const query = new URLSearchParams(arrived(departure).rawQuery);
    expect(query.has('Signature')).toBe(false);
    const name = readDocument(decodeMessage(query.get('SAMLRequest') ?? '', 'deflated')).getElementsByTagName(
      'saml:NameID',
    )[0];
    expect([name?.textContent, name?.getAttribute('Format'), name?.getAttribute('NameQualifier')]).toEqual([
      'a<b>&"c',
      'urn:x',
      'q',
    ]);
  });

  it('is nothing where the provider takes nothing', async () => {
    const connection = connectionOf({ metadata: { ...connectionOf().metadata, signOut: [] } });
    expect(logoutOf().isPossible(connection)).toBe(false);
    expect(await logoutOf().respond(connection, { inResponseTo: '_a', success: true, random, now })).toBeUndefined();
    await expect(logoutOf().request(connection, session, { relayState: 'rs', random, now })).rejects.toMatchObject({
      code: 'upstream.sign-out-refused',
    });
  });
});

function connectionUrl(): string {
  return `https://login.microsoftonline.com/${entraNames.tenantId}/sign-out`;
}
