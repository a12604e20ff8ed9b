import { Refusal } from '../../check-list.js';
import { plainHttpsUrl } from '../../http/checked-url.js';
import { asDomainError } from '../../outcome.js';
import type { FederationEndpoint, FederationMetadata } from '../federation-connection.js';
import { attributeOf, childElements, childrenNamed, isNamed, onlyChild, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';
import { readSigningCertificates } from './signing-certificates.js';

export type FederationProtocol = 'wsfed' | 'saml';

export const metadataInvalid = (problem: string): Refusal =>
  new Refusal('upstream.metadata', 'upstream.metadata-invalid', { problem });

const md = (name: string) => ({ namespace: ns.metadata, name });
const bindings: ReadonlyMap<string, FederationEndpoint['binding']> = new Map([
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'redirect'],
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', 'post'],
]);

/**
 * Reads a provider's metadata (SAML 2.0 metadata; for WS-Federation 1.2 §3.1 its security token service). A signature on
 * it is not looked at: who may say it is known by where it was read.
 * @throws DomainError `upstream.metadata-invalid`, with a word about the problem
 */
export function readFederationMetadata(xml: string, protocol: FederationProtocol): FederationMetadata {
  try {
    return parseMetadata(xml, protocol);
  } catch (error) {
    throw asDomainError(error);
  }
}

/** The same inside of a sign-in. @throws Refusal */
export function parseMetadata(xml: string, protocol: FederationProtocol): FederationMetadata {
  const entity = onlyEntity(rootOf(xml));
  const entityId = attributeOf(entity, 'entityID');
  if (entityId === undefined || !isEntityId(entityId)) throw metadataInvalid('entity-id');
  const role = protocol === 'saml' ? identityProviderOf(entity) : tokenServiceOf(entity);
  const certificates = readSigningCertificates(role);
  if (protocol === 'wsfed') {
    const signIn = passiveEndpoints(role);
    return { entityId, signIn, signOut: signIn, certificates, wantsSignedRequests: false };
  }
  const signIn = samlEndpoints(role, 'SingleSignOnService');
  if (signIn.length === 0) throw metadataInvalid('sign-in-address');
  const signOut = samlEndpoints(role, 'SingleLogoutService');
  const wantsSignedRequests = /^\s*(?:true|1)\s*$/.test(attributeOf(role, 'WantAuthnRequestsSigned') ?? '');
  return { entityId, signIn, signOut, certificates, wantsSignedRequests };
}

/** Files often begin with a byte-order mark; Entra's do. */
function rootOf(xml: string): Element {
  try {
    return readDocument(xml.replace(/^\uFEFF/, '').trim(), { comments: 'skipped', maxElements: 6_000 });
  } catch (error) {
    throw metadataInvalid(error instanceof Refusal ? String(error.details?.['problem']) : 'document');
  }
}

/** Metadata of a whole federation names many; which one is meant is not ours to guess. */
function onlyEntity(root: Element): Element {
  if (isNamed(root, md('EntityDescriptor'))) return root;
  if (!isNamed(root, md('EntitiesDescriptor'))) throw metadataInvalid('no-metadata');
  const nested = childrenNamed(root, md('EntitiesDescriptor')).length > 0;
  const entity = onlyChild(root, md('EntityDescriptor'));
  if (nested || !entity) throw metadataInvalid('entities');
  return entity;
}

const isEntityId = (text: string): boolean => /^[^\s\p{Cc}\p{Cs}]{1,400}$/u.test(text);

function identityProviderOf(entity: Element): Element {
  const roles = childrenNamed(entity, md('IDPSSODescriptor')).filter((role) =>
    (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(ns.saml2Protocol),
  );
  return onlyRole(roles, 'identity-provider');
}

function tokenServiceOf(entity: Element): Element {
  const roles = childrenNamed(entity, md('RoleDescriptor')).filter((role) => {
    const [prefix, name] = (role.getAttributeNS(ns.schemaInstance, 'type') ?? '').trim().split(':');
    return name === 'SecurityTokenServiceType' && role.lookupNamespaceURI(prefix ?? '') === ns.federation;
  });
  return onlyRole(roles, 'token-service');
}

function onlyRole([role, ...more]: Element[], what: string): Element {
  if (!role) throw metadataInvalid(`no-${what}`);
  if (more.length > 0) throw metadataInvalid(`several-${what}s`);
  return role;
}

function passiveEndpoints(role: Element): FederationEndpoint[] {
  const addresses = childrenNamed(role, { namespace: ns.federation, name: 'PassiveRequestorEndpoint' })
    .flatMap((endpoint) => childElements(endpoint))
    .filter((reference) => isNamed(reference, { namespace: ns.addressing, name: 'EndpointReference' }))
    .flatMap((reference) => childrenNamed(reference, { namespace: ns.addressing, name: 'Address' }));
  if (addresses.length === 0) throw metadataInvalid('sign-in-address');
  return addresses.map((address) => ({ binding: 'redirect', url: endpointUrl(textOf(address)?.trim()) }));
}

/** Other bindings (SOAP, artifact) are not for browsers and not looked at. */
function samlEndpoints(role: Element, name: string): FederationEndpoint[] {
  return childrenNamed(role, md(name)).flatMap((endpoint) => {
    const binding = bindings.get(attributeOf(endpoint, 'Binding') ?? '');
    return binding ? [{ binding, url: endpointUrl(attributeOf(endpoint, 'Location')) }] : [];
  });
}

function endpointUrl(text: string | undefined): string {
  const url = text !== undefined && text.length <= 2048 ? plainHttpsUrl(text) : undefined;
  if (!url) throw metadataInvalid('address');
  return url.href;
}
