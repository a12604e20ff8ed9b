import type { SamlConnection } from '../federation-connection.js';
import { ns } from '../xml/names.js';
import { bindings, nameIdFormats } from './saml-names.js';
import { xmlElement, xmlText } from './write-xml.js';

export type AuthnRequest = {
  id: string;
  issuedAt: Date;
  destination: string;
  assertionConsumer: string;
  /** The person signs in anew, even when the provider still knows them. */
  forced: boolean;
};

/** An `AuthnRequest` (saml-core §3.4.1). No `RequestedAuthnContext`: Entra refuses people who signed in in another way. */
export function writeAuthnRequest(
  { entityId, nameIdFormat }: Pick<SamlConnection, 'entityId' | 'nameIdFormat'>,
  { id, issuedAt, destination, assertionConsumer, forced }: AuthnRequest,
): string {
  const attributes = {
    'xmlns:samlp': ns.saml2Protocol,
    ID: id,
    Version: '2.0',
    IssueInstant: issuedAt.toISOString(),
    Destination: destination,
    ForceAuthn: forced ? 'true' : undefined,
    ProtocolBinding: bindings.post,
    AssertionConsumerServiceURL: assertionConsumer,
  };
  const policy =
    nameIdFormat === 'any'
      ? undefined
      : xmlElement('samlp:NameIDPolicy', { Format: nameIdFormats[nameIdFormat], AllowCreate: 'true' });
  return xmlElement('samlp:AuthnRequest', attributes, writeIssuer(entityId), policy);
}

export const writeIssuer = (entityId: string): string =>
  xmlElement('saml:Issuer', { 'xmlns:saml': ns.saml2 }, xmlText(entityId));
