import { append, asEve, swap, takeApart, withSignature, type Ending, type Pieces } from './fixtures/attack.js';
import { endingOf } from './fixtures/door.js';
import {
  encryptedAssertion,
  encryption,
  federationTransaction,
  makeSigningPair,
  now,
  protocolOptions,
  samlConnection,
  samlPost,
  samlResponse,
} from './fixtures/identity-provider.js';
import type { SamlConnection } from './federation-connection.js';
import { createSamlProtocol } from './saml/saml-protocol.js';

const pair = await makeSigningPair();
const stranger = await makeSigningPair('Stranger');
/** Whose public half is in our metadata, for everybody to encrypt with. */
const reader = await makeSigningPair('Reader');
const transaction = federationTransaction('entra-saml');
const opening = {
  assertionEncryption: 'allowed' as const,
  credentials: [{ kind: 'certificate' as const, ...reader }],
};

async function post(xml: string, change: Partial<SamlConnection> = opening): Promise<Ending> {
  const protocol = createSamlProtocol(protocolOptions());
  const input = samlPost(xml, transaction);
  return endingOf(await protocol.complete(samlConnection(pair, change), transaction, input, { now }));
}

const pieces: Pieces = takeApart(await samlResponse(pair, transaction), stranger);
const { assertion, evil, strangers, instead } = pieces;
const seal = (xml: string, methods?: { content?: string; key?: string }) => encryptedAssertion(xml, reader, methods);
const sealed = await seal(assertion);
const sealedEvil = await seal(evil);

it.each<{ case: string; ends: Ending; xml: () => Promise<string> }>([
  { case: 'the signed assertion', ends: 'signed-identity', xml: async () => instead(sealed) },
  {
    case: 'an unsigned one in a signed Response',
    ends: 'signed-identity',
    xml: () => samlResponse(pair, transaction, { sign: 'response', encryptFor: reader }),
  },
  {
    case: 'a signed one in a signed Response',
    ends: 'signed-identity',
    xml: () => samlResponse(pair, transaction, { sign: 'both', encryptFor: reader }),
  },
  { case: 'one by the attacker, unsigned', ends: 'upstream.signature-missing', xml: async () => instead(sealedEvil) },
  {
    case: 'one that a stranger signed',
    ends: 'upstream.key-unknown',
    xml: async () => instead(await seal(strangers)),
  },
  {
    case: 'one with the signature of another',
    ends: 'upstream.signature-structure',
    xml: async () => instead(await seal(withSignature(pieces, evil))),
  },
  {
    case: 'one that was changed after it was signed',
    ends: 'upstream.signature-invalid',
    xml: async () => instead(await seal(asEve(assertion))),
  },
  {
    case: 'the attacker’s before the signed one, which is not encrypted',
    ends: 'upstream.assertion-count',
    xml: async () => instead(sealedEvil + assertion),
  },
  {
    case: 'the signed one after the attacker’s, which is not encrypted',
    ends: 'upstream.assertion-count',
    xml: async () => instead(evil + sealed),
  },
  {
    case: 'the attacker’s before the signed one',
    ends: 'upstream.assertion-count',
    xml: async () => instead(sealedEvil + sealed),
  },
  {
    case: 'the signed one inside the attacker’s',
    ends: 'upstream.assertion-count',
    xml: async () => instead(append(evil, 'saml:Assertion', sealed)),
  },
  {
    case: 'the attacker’s in place of the one in a signed Response',
    ends: 'upstream.signature-invalid',
    xml: async () =>
      swap(
        await samlResponse(pair, transaction, { sign: 'response', encryptFor: reader }),
        /<saml:EncryptedAssertion[\s\S]*<\/saml:EncryptedAssertion>/,
        sealedEvil,
      ),
  },
  {
    case: 'two assertions in one',
    ends: 'upstream.document-malformed',
    xml: async () => instead(await seal(evil + assertion)),
  },
  {
    case: 'the signed one inside another element',
    ends: 'upstream.assertion-count',
    xml: async () => instead(await seal(`<a>${assertion}</a>`)),
  },
  {
    case: 'the signed one inside another assertion',
    ends: 'upstream.assertion-count',
    xml: async () => instead(await seal(append(evil, 'saml:Assertion', assertion))),
  },
  { case: 'another encrypted one', ends: 'upstream.assertion-count', xml: async () => instead(await seal(sealed)) },
  { case: 'a whole Response', ends: 'upstream.assertion-count', xml: async () => instead(await seal(pieces.xml)) },
  {
    case: 'a document type',
    ends: 'upstream.document-forbidden',
    xml: async () => instead(await seal(`<!DOCTYPE a>${assertion}`)),
  },
  {
    case: 'a comment in the name',
    ends: 'upstream.document-forbidden',
    xml: async () => instead(await seal(assertion.replace('@contoso', '<!-- -->@contoso'))),
  },
  { case: 'only text', ends: 'upstream.document-malformed', xml: async () => instead(await seal('ada')) },
  {
    case: 'a mode that says when padding is wrong',
    ends: 'upstream.encryption-refused',
    xml: async () => instead(await seal(assertion, { content: encryption.aes256Cbc })),
  },
  {
    case: 'a key sealed as PKCS#1 1.5',
    ends: 'upstream.encryption-refused',
    xml: async () => instead(await seal(assertion, { key: encryption.rsa15 })),
  },
  {
    case: 'a method that JavaScript knows',
    ends: 'upstream.encryption-refused',
    xml: async () => instead(sealed.replace(encryption.aes256Gcm, 'constructor')),
  },
  {
    case: 'a key of another length',
    ends: 'upstream.decryption-failed',
    xml: async () => instead(sealed.replace(encryption.aes256Gcm, encryption.aes128Gcm)),
  },
  {
    case: 'one for somebody else',
    ends: 'upstream.decryption-failed',
    xml: async () => instead(await encryptedAssertion(assertion, stranger)),
  },
  {
    case: 'one with a letter changed',
    ends: 'upstream.decryption-failed',
    xml: async () => instead(sealed.replace(/.(?=.{8}<\/xenc:CipherValue>)/g, (found) => (found === 'A' ? 'B' : 'A'))),
  },
  {
    case: 'one without its text',
    ends: 'upstream.decryption-failed',
    xml: async () => instead(sealed.replace(/<xenc:CipherValue>[^<]*/g, '<xenc:CipherValue>')),
  },
  {
    case: 'a text to be fetched',
    ends: 'upstream.decryption-failed',
    xml: async () =>
      instead(
        sealed.replace(
          /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/g,
          '<xenc:CipherReference URI="https://attacker.example/"/>',
        ),
      ),
  },
])('A21: encrypted, $case → $ends', async ({ xml, ends }) => {
  const answer = await xml();
  expect(answer).not.toBe(pieces.xml);
  expect(await post(answer)).toBe(ends);
});

it.each<[string, Partial<SamlConnection>, string, Ending]>([
  ['is not asked for', { ...opening, assertionEncryption: 'none' }, instead(sealed), 'upstream.encryption-refused'],
  ['is asked for', { ...opening, assertionEncryption: 'required' }, instead(sealed), 'signed-identity'],
  [
    'is asked for and missing',
    { ...opening, assertionEncryption: 'required' },
    pieces.xml,
    'upstream.encryption-missing',
  ],
  [
    'cannot be opened for want of a key',
    { ...opening, credentials: [] },
    instead(sealed),
    'upstream.decryption-failed',
  ],
])('A23: encryption that %s', async (_, connection, xml, ends) => {
  expect(await post(xml, connection)).toBe(ends);
});
