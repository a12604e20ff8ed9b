import { certificateText, makeSigningPair, type SigningPair } from '../fixtures/identity-provider.js';
import { childElements } from '../xml/elements.js';
import { readDocument } from '../xml/read-document.js';
import { serviceMetadata, type ServiceMetadata } from './service-metadata.js';

let pair: SigningPair;
let older: SigningPair;
beforeAll(async () => {
  [pair, older] = await Promise.all([makeSigningPair(), makeSigningPair('Older')]);
});

const callbackUrl = 'https://id.homerealm.example/login/callback/conn_1';
const saml = (changes: Partial<Extract<ServiceMetadata, { strategy: 'entra-saml' }>> = {}): ServiceMetadata => ({
  strategy: 'entra-saml',
  entityId: 'https://id.homerealm.example/<conn>&"1"',
  callbackUrl,
  signOutUrl: 'https://id.homerealm.example/login/logout/conn_1',
  certificates: [pair.certificatePem, older.certificatePem],
  wantAssertionsEncrypted: true,
  signsRequests: true,
  nameIdFormat: 'persistent',
  ...changes,
});
const roleOf = (settings: ServiceMetadata): Element => {
  const [role] = childElements(readDocument(serviceMetadata(settings)));
  if (!role) throw new Error('no role');
  return role;
};
const namesIn = (role: Element) => childElements(role).map(({ localName }) => localName);

describe('our metadata', () => {
  it('says for SAML who we are, in the order of the schema', () => {
    const root = readDocument(serviceMetadata(saml()));
    expect(root.getAttribute('entityID')).toBe('https://id.homerealm.example/<conn>&"1"');
    const role = roleOf(saml());
    expect(namesIn(role)).toEqual([
      ...['KeyDescriptor', 'KeyDescriptor', 'KeyDescriptor', 'SingleLogoutService', 'SingleLogoutService'],
      ...['NameIDFormat', 'AssertionConsumerService'],
    ]);
    expect(role.getAttribute('AuthnRequestsSigned')).toBe('true');
    expect(role.getAttribute('WantAssertionsSigned')).toBe('true');
    expect(childElements(role).at(-1)?.getAttribute('Location')).toBe(callbackUrl);
  });

  it('publishes all certificates for signatures, and the newest to encrypt for', () => {
    const keys = childElements(roleOf(saml())).slice(0, 3);
    expect(
      keys.map((key) => [key.getAttribute('use'), key.getElementsByTagName('ds:X509Certificate')[0]?.textContent]),
    ).toEqual([
      ['signing', certificateText(pair)],
      ['signing', certificateText(older)],
      ['encryption', certificateText(pair)],
    ]);
    expect(serviceMetadata(saml())).not.toMatch(/cbc|rsa-1_5|PRIVATE/);
  });

  it('leaves out what there is not', () => {
    const role = roleOf(saml({ certificates: [], signOutUrl: null, nameIdFormat: 'any' }));
    expect(namesIn(role)).toEqual(['AssertionConsumerService']);
    expect(role.getAttribute('AuthnRequestsSigned')).toBe('false');
  });

  it('says for WS-Federation where tokens go, and for whom', () => {
    const realm = 'urn:a&b';
    const role = roleOf({ strategy: 'entra-wsfed', realm, callbackUrl });
    expect(role.getAttributeNS('http://www.w3.org/2001/XMLSchema-instance', 'type')).toBe('fed:ApplicationServiceType');
    expect(childElements(role).map(({ localName, textContent }) => [localName, textContent])).toEqual([
      ['TargetScopes', realm],
      ['PassiveRequestorEndpoint', callbackUrl],
    ]);
  });

  it('is not made of what is no certificate', () => {
    expect(() => serviceMetadata(saml({ certificates: ['x'] }))).toThrow(
      expect.objectContaining({ code: 'upstream.credentials-unusable' }),
    );
  });
});
