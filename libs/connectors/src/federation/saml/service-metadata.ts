import { X509Certificate } from 'node:crypto';
import { upstreamErrors } from '../../upstream.errors.js';
import type { SamlConnection } from '../federation-connection.js';
import { ns } from '../xml/names.js';
import { bindings, nameIdFormats } from './saml-names.js';
import { xmlElement, xmlText } from './write-xml.js';

/** What a provider's admin needs to know of us, for one connection. Holds nothing secret. */
export type ServiceMetadata =
  | {
      strategy: 'entra-saml';
      entityId: string;
      callbackUrl: string;
      /** Where sign-out messages arrive; null: the connection takes none. */
      signOutUrl: string | null;
      /** PEM, newest first: all of them may have signed, assertions are to be encrypted for the first. */
      certificates: readonly string[];
      wantAssertionsEncrypted: boolean;
      signsRequests: boolean;
      nameIdFormat: SamlConnection['nameIdFormat'];
    }
  | { strategy: 'entra-wsfed'; realm: string; callbackUrl: string };

const declaration = '<?xml version="1.0" encoding="utf-8"?>';

/**
 * Our metadata as a service: `SPSSODescriptor` (saml-metadata §2.4.4), or for WS-Federation the role of an application
 * (WS-Federation 1.2 §3.1.2.5). Unsigned: it is read from our own https address.
 * @throws DomainError `upstream.credentials-unusable` for a text that is no certificate
 */
export function serviceMetadata(settings: ServiceMetadata): string {
  const [entityId, role] =
    settings.strategy === 'entra-saml'
      ? [settings.entityId, serviceProvider(settings)]
      : [settings.realm, relyingParty(settings)];
  return declaration + xmlElement('EntityDescriptor', { xmlns: ns.metadata, entityID: entityId }, role);
}

type SamlService = Extract<ServiceMetadata, { strategy: 'entra-saml' }>;

function serviceProvider(settings: SamlService): string {
  const { callbackUrl, signOutUrl, certificates, wantAssertionsEncrypted, signsRequests, nameIdFormat } = settings;
  const [newest] = certificates;
  return xmlElement(
    'SPSSODescriptor',
    {
      protocolSupportEnumeration: ns.saml2Protocol,
      AuthnRequestsSigned: String(signsRequests && certificates.length > 0),
      WantAssertionsSigned: 'true',
    },
    ...certificates.map((certificate) => keyDescriptor('signing', certificate)),
    wantAssertionsEncrypted && newest !== undefined
      ? keyDescriptor('encryption', newest, encryptionMethods)
      : undefined,
    ...(signOutUrl === null ? [] : [bindings.redirect, bindings.post].map((binding) => signOut(binding, signOutUrl))),
    nameIdFormat === 'any' ? undefined : xmlElement('NameIDFormat', {}, nameIdFormats[nameIdFormat]),
    xmlElement('AssertionConsumerService', {
      Binding: bindings.post,
      Location: callbackUrl,
      index: '0',
      isDefault: 'true',
    }),
  );
}

const signOut = (binding: string, location: string): string =>
  xmlElement('SingleLogoutService', { Binding: binding, Location: location });

/** What `decrypt-assertion.ts` opens. */
const encryptionMethods = [
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  `${ns.encryption}rsa-oaep-mgf1p`,
];

function keyDescriptor(use: 'signing' | 'encryption', pem: string, methods: readonly string[] = []): string {
  const certificate = xmlElement('ds:X509Certificate', {}, derOf(pem));
  return xmlElement(
    'KeyDescriptor',
    { use },
    xmlElement('ds:KeyInfo', { 'xmlns:ds': ns.signature }, xmlElement('ds:X509Data', {}, certificate)),
    ...methods.map((method) => xmlElement('EncryptionMethod', { Algorithm: method })),
  );
}

function derOf(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64');
  } catch {
    throw upstreamErrors('upstream.credentials-unusable');
  }
}

function relyingParty({ realm, callbackUrl }: Extract<ServiceMetadata, { strategy: 'entra-wsfed' }>): string {
  return xmlElement(
    'RoleDescriptor',
    {
      'xmlns:xsi': ns.schemaInstance,
      'xmlns:fed': ns.federation,
      'xmlns:wsa': ns.addressing,
      'xsi:type': 'fed:ApplicationServiceType',
      protocolSupportEnumeration: ns.federation,
    },
    xmlElement('fed:TargetScopes', {}, endpointReference(realm)),
    xmlElement('fed:PassiveRequestorEndpoint', {}, endpointReference(callbackUrl)),
  );
}

const endpointReference = (address: string): string =>
  xmlElement('wsa:EndpointReference', {}, xmlElement('wsa:Address', {}, xmlText(address)));
