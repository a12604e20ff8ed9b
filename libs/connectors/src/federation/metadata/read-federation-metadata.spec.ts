import { entraNames, makeSigningPair, type SigningPair } from '../fixtures/identity-provider.js';
import { entraMetadata, type MetadataFields } from '../fixtures/metadata-documents.js';
import { entraMetadataUrl } from './fetch-federation-metadata.js';
import { readFederationMetadata, type FederationProtocol } from './read-federation-metadata.js';

let pair: SigningPair;
let next: SigningPair;
let weak: SigningPair;
beforeAll(async () => {
  [pair, next, weak] = await Promise.all([makeSigningPair(), makeSigningPair('Next'), makeSigningPair('Weak', 1024)]);
});

const base = `https://login.microsoftonline.com/${entraNames.tenantId}`;
const read = (protocol: FederationProtocol, changes: Partial<MetadataFields> = {}) =>
  readFederationMetadata(entraMetadata([pair, next], changes), protocol);

/** The word about the problem, or the metadata. */
function problemOf(xml: string, protocol: FederationProtocol): unknown {
  try {
    return readFederationMetadata(xml, protocol);
  } catch (error) {
    expect(error).toMatchObject({ code: 'upstream.metadata-invalid' });
    return (error as { details?: { problem?: unknown } }).details?.problem;
  }
}

describe('metadata that is read', () => {
  it('of Entra for WS-Federation: the token service alone', () => {
    const passive = [{ binding: 'redirect', url: `${base}/sign-in` }];
    expect(read('wsfed')).toEqual({
      entityId: entraNames.issuer,
      signIn: passive,
      signOut: passive,
      certificates: [pair.certificatePem, next.certificatePem],
      wantsSignedRequests: false,
    });
  });

  it('of Entra for SAML: the identity provider alone, with the bindings of browsers', () => {
    expect(read('saml')).toEqual({
      entityId: entraNames.issuer,
      signIn: [
        { binding: 'redirect', url: `${base}/sign-in` },
        { binding: 'post', url: `${base}/sign-in` },
      ],
      signOut: [{ binding: 'redirect', url: `${base}/sign-out` }],
      certificates: [pair.certificatePem, next.certificatePem],
      wantsSignedRequests: false,
    });
  });

  it.each<[string, Partial<MetadataFields>]>([
    ['with a byte-order mark', { edit: (xml) => `\uFEFF${xml}` }],
    ['with blanks around it', { edit: (xml) => `${xml}\r\n\r\n` }],
    ['with certificates for everything', { use: '' }],
    [
      'in a list of one',
      {
        edit: (xml) =>
          `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${xml.replace(/<\?.*-->/, '')}</EntitiesDescriptor>`,
      },
    ],
    [
      'with certificates in lines',
      { edit: (xml) => xml.replace(/MII[^<]+/g, (text) => text.replace(/(.{64})/g, '$1\r\n ')) },
    ],
  ])('%s', (_, changes) => expect(read('saml', changes)).toEqual(read('saml')));

  it('names each certificate once', () => {
    expect(readFederationMetadata(entraMetadata([pair, pair, next]), 'saml').certificates).toHaveLength(2);
  });

  it('says when requests must be signed', () => {
    const wants = (value: string) => read('saml', { wantsSigned: ` WantAuthnRequestsSigned="${value}"` });
    expect(['true', '1', 'false', 'TRUE'].map((value) => wants(value).wantsSignedRequests)).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('leaves out keys that no accepted signature can be made with', () => {
    expect(readFederationMetadata(entraMetadata([weak, pair]), 'saml').certificates).toEqual([pair.certificatePem]);
  });
});

describe('metadata that is not read', () => {
  const both: FederationProtocol[] = ['wsfed', 'saml'];
  const swap = (old: string | RegExp, made: string) => (xml: string) => {
    const changed = xml.replaceAll(typeof old === 'string' ? old : new RegExp(old, 'g'), () => made);
    if (changed === xml) throw new Error(`nothing to replace: ${old}`);
    return changed;
  };
  const entity = /<EntityDescriptor[\s\S]*<\/EntityDescriptor>/;
  it.each<[string, (xml: string) => string, string]>([
    ['is empty', () => '', 'no-element'],
    ['is a page', () => '<!DOCTYPE html><html></html>', 'document-type'],
    [
      'reads a file',
      (xml) => xml.replace('<!-- published -->', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'),
      'document-type',
    ],
    ['is too large', (xml) => xml.replace('published', 'x'.repeat(270_000)), 'bytes'],
    ['is something else', () => '<a xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>', 'no-metadata'],
    ['is of another version of metadata', swap('urn:oasis:names:tc:SAML:2.0:metadata', 'urn:x'), 'no-metadata'],
    ['names nobody', swap(/ entityID="[^"]*"/, ''), 'entity-id'],
    ['names somebody with a blank', swap(/ entityID="[^"]*"/, ' entityID="a b"'), 'entity-id'],
    ['names somebody too long', swap(/ entityID="[^"]*"/, ` entityID="${'x'.repeat(401)}"`), 'entity-id'],
    ['has no such role', swap(/<(RoleDescriptor|IDPSSODescriptor)[\s\S]*?<\/\1>/, ''), 'no-role'],
    ['has the role in a role', (xml) => xml.replace(/<(\/?)(RoleDescriptor|IDPSSODescriptor)/g, '<$1x'), 'no-role'],
    ['has no certificate', swap(/<KeyDescriptor[\s\S]*?<\/KeyDescriptor>/, ''), 'no-certificate'],
    ['has certificates for encryption only', swap('use="signing"', 'use="encryption"'), 'no-certificate'],
    ['has a certificate that is none', swap(/MII[^<]+/, 'MIIx'), 'certificate'],
    ['has an empty certificate', swap(/MII[^<]+/, ''), 'certificate'],
    ['has an element in its certificate', swap(/MII[^<]+/, '<a/>'), 'certificate'],
    ['leads to http', swap('https://login.', 'http://login.'), 'address'],
    ['leads to a script', swap(/https:\/\/login[^"<]*sign-in/, 'javascript:alert(1)'), 'address'],
    ['leads to somebody with a password', swap('https://login.', 'https://a:b@login.'), 'address'],
    ['leads to a fragment', swap('sign-in', 'sign-in#x'), 'address'],
    ['leads far', swap('sign-in', 'x'.repeat(2_100)), 'address'],
  ])('%s', (_, edit, problem) => {
    const roles = { wsfed: 'no-token-service', saml: 'no-identity-provider' };
    for (const protocol of both) {
      const expected = problem === 'no-role' ? roles[protocol] : problem;
      expect(problemOf(entraMetadata([pair], { edit }), protocol)).toBe(expected);
    }
  });

  it('names several providers', () => {
    const list = (...entities: string[]) =>
      `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${entities.join('')}</EntitiesDescriptor>`;
    const [one = ''] = entity.exec(entraMetadata([pair])) ?? [];
    for (const xml of [list(), list(one, one), list(list(one)), list(one, list(one))]) {
      expect(problemOf(xml, 'saml')).toBe('entities');
    }
  });

  it('has its role twice', () => {
    const twice = (xml: string) => xml.replace(/<IDPSSODescriptor[\s\S]*<\/IDPSSODescriptor>/, '$&$&');
    expect(problemOf(entraMetadata([pair], { edit: twice }), 'saml')).toBe('several-identity-providers');
    const again = (xml: string) => xml.replace('fed:ApplicationServiceType', 'fed:SecurityTokenServiceType');
    expect(problemOf(entraMetadata([pair], { edit: again }), 'wsfed')).toBe('several-token-services');
  });

  it('calls something else a token service', () => {
    const elsewhere = (xml: string) => xml.replaceAll('http://docs.oasis-open.org/wsfed/federation/200706', 'urn:x');
    expect(problemOf(entraMetadata([pair], { edit: elsewhere }), 'wsfed')).toBe('no-token-service');
  });

  it('has only keys that are too weak', () => {
    expect(problemOf(entraMetadata([weak]), 'saml')).toBe('no-certificate');
  });

  it('has more certificates than anybody needs', () => {
    expect(problemOf(entraMetadata(Array.from({ length: 41 }, () => pair)), 'saml')).toBe('certificates');
  });
});

it('knows where Entra publishes the certificates of an application', () => {
  const at = { authority: 'https://login.microsoftonline.com', tenantId: entraNames.tenantId.toUpperCase() };
  const document = `${base}/FederationMetadata/2007-06/FederationMetadata.xml`;
  expect(entraMetadataUrl({ ...at, clientId: null })).toBe(document);
  expect(entraMetadataUrl({ ...at, clientId: 'a&b' })).toBe(`${document}?appid=a%26b`);
});
