import { SAML } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import {
  certificateText,
  entraNames,
  federationTransaction,
  makeSigningPair,
  samlPost,
  samlResponse,
  wsfedResult,
  type AnswerChanges,
  type SigningPair,
} from './fixtures/identity-provider.js';

let pair: SigningPair;
let stranger: SigningPair;
beforeAll(async () => {
  pair = await makeSigningPair();
  stranger = await makeSigningPair('Stranger');
});

const transaction = federationTransaction('entra-saml');

/** As a library reads it that was written elsewhere. */
function isSignedBy({ certificatePem }: SigningPair, xml: string): boolean {
  const signature = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName('ds:Signature')[0];
  const old = xml.includes('AssertionID=');
  const verifier = new SignedXml({
    publicCert: certificatePem,
    getCertFromKeyInfo: () => null,
    ...(old && { idAttribute: 'AssertionID' }),
  });
  if (!signature) return false;
  verifier.loadSignature(signature as never);
  return verifier.checkSignature(xml);
}

describe('the provider these tests sign with', () => {
  it.each<{ case: string; changes: AnswerChanges }>([
    { case: 'SAML 2.0 in WS-Trust 2005/02', changes: {} },
    { case: 'SAML 2.0 in WS-Trust 1.3', changes: { envelope: '1.3' } },
    { case: 'SAML 1.1 in WS-Trust 2005/02', changes: { assertion: { version: '1.1' } } },
    { case: 'SAML 1.1 in WS-Trust 1.3', changes: { assertion: { version: '1.1' }, envelope: '1.3' } },
  ])('signs $case so that others can check it', ({ changes }) => {
    const xml = wsfedResult(pair, changes);
    expect(isSignedBy(pair, xml)).toBe(true);
    expect(() => isSignedBy(stranger, xml)).toThrow('signature');
    expect(isSignedBy(pair, xml.replace('Ada Example', 'Eve Example'))).toBe(false);
  });

  it.each<{ case: string; changes: AnswerChanges; encrypted?: boolean }>([
    { case: 'the assertion', changes: {} },
    { case: 'the Response', changes: { sign: 'response' } },
    { case: 'both', changes: { sign: 'both' } },
    { case: 'the encrypted assertion', changes: {}, encrypted: true },
  ])('answers as a SAML library reads it, with $case signed', async ({ changes, encrypted }) => {
    const xml = await samlResponse(pair, transaction, {
      now: new Date(),
      ...changes,
      ...(encrypted && { encryptFor: stranger }),
    });
    const saml = new SAML({
      idpCert: certificateText(pair),
      issuer: entraNames.application,
      audience: entraNames.application,
      callbackUrl: entraNames.callbackUrl,
      wantAuthnResponseSigned: false,
      wantAssertionsSigned: false,
      ...(encrypted && { decryptionPvk: stranger.privateKeyPem }),
    });
    const body = samlPost(xml, transaction).body as Record<string, string>;
    const { profile } = await saml.validatePostResponseAsync(body);
    expect(profile).toMatchObject({ nameID: 'ada@contoso.example', issuer: entraNames.issuer });
  });
});
