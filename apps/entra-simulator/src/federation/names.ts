/** Names that WS-Federation and SAML messages are made of. */

export const ns = {
  assertion20: 'urn:oasis:names:tc:SAML:2.0:assertion',
  assertion11: 'urn:oasis:names:tc:SAML:1.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  federation: 'http://docs.oasis-open.org/wsfed/federation/200706',
  trust2005: 'http://schemas.xmlsoap.org/ws/2005/02/trust',
  trust13: 'http://docs.oasis-open.org/ws-sx/ws-trust/200512',
  policy: 'http://schemas.xmlsoap.org/ws/2004/09/policy',
  addressing: 'http://www.w3.org/2005/08/addressing',
  utility: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
} as const;

export const nameIdFormats = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
} as const;

const status = 'urn:oasis:names:tc:SAML:2.0:status';
export const statusCodes = {
  success: `${status}:Success`,
  requester: `${status}:Requester`,
  responder: `${status}:Responder`,
  noPassive: `${status}:NoPassive`,
  authnFailed: `${status}:AuthnFailed`,
} as const;

const soap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const identity = 'http://schemas.microsoft.com/identity/claims';
const windows = 'http://schemas.microsoft.com/ws/2008/06/identity/claims';

/** Claim types as Entra and ADFS write them. */
export const claimTypes = {
  tenantId: `${identity}/tenantid`,
  objectId: `${identity}/objectidentifier`,
  displayName: `${identity}/displayname`,
  identityProvider: `${identity}/identityprovider`,
  methods: 'http://schemas.microsoft.com/claims/authnmethodsreferences',
  groupsLink: 'http://schemas.microsoft.com/claims/groups.link',
  groups: `${windows}/groups`,
  roles: `${windows}/role`,
  givenName: `${soap}/givenname`,
  surname: `${soap}/surname`,
  emailAddress: `${soap}/emailaddress`,
  name: `${soap}/name`,
  upn: `${soap}/upn`,
} as const;
