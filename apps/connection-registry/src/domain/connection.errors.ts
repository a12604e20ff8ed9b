import { defineErrors } from '@homerealm/domain';

/** Every refusal of the connection API beyond malformed fields. */
export const connectionErrors = defineErrors({
  'connection.not-found': { kind: 'not-found', says: 'No connection has this id.' },
  'connection.field-not-of-strategy': { kind: 'invalid', says: 'Connections of this strategy have no such field.' },
  'connection.strategy-immutable': {
    kind: 'unprocessable',
    says: 'The strategy of a connection never changes; create another connection.',
  },
  'connection.id-immutable': { kind: 'unprocessable', says: 'The id of a connection never changes.' },
  'connection.name-taken': { kind: 'conflict', says: 'Another connection has this name (case does not count).' },
  'connection.domain-taken': { kind: 'conflict', says: 'Another connection has this home realm domain.' },
  'connection.domain-invalid': {
    kind: 'invalid',
    says: 'Expected a domain name such as contoso.example.',
  },
  'connection.entra-domain-invalid': {
    kind: 'invalid',
    says: 'Expected the tenant’s domain, such as contoso.onmicrosoft.com, or its GUID.',
  },
  'connection.issuer-invalid': {
    kind: 'invalid',
    says: 'Expected the issuer of the provider: an https address without user, query and fragment.',
  },
  'connection.identity-type-immutable': {
    kind: 'unprocessable',
    says: 'The sort of identities a connection makes never changes; create another connection.',
  },
  'connection.home-realm-not-allowed': {
    kind: 'unprocessable',
    says: 'Email domains lead to connections of companies only; this one makes social identities.',
  },
  'connection.secret-empty': { kind: 'invalid', says: 'The client secret is empty.' },
  'connection.secret-malformed': {
    kind: 'invalid',
    says: 'The client secret has blanks at an end, or control characters. Copy it again.',
  },
  'connection.secret-is-id': {
    kind: 'unprocessable',
    says: 'This looks like the Secret ID. Enter the secret’s Value: Entra shows it once, right after the secret is made.',
  },
  'connection.secret-expired': { kind: 'unprocessable', says: 'This time has passed; the secret would never work.' },
  'connection.authority-not-allowed': {
    kind: 'unprocessable',
    says: 'The operator does not allow this authority (ENTRA_AUTHORITIES).',
  },
  'connection.authority-unreachable': {
    kind: 'upstream',
    says: 'The authority could not be asked for the tenant. Nothing was saved; try again.',
  },
  'connection.tenant-not-found': { kind: 'unprocessable', says: 'The authority knows no tenant of this domain.' },
  'connection.tenants-required': {
    kind: 'unprocessable',
    says: 'The common endpoint lets everybody in; name the tenants that may sign in.',
  },
  'connection.trust-scope-not-allowed': {
    kind: 'unprocessable',
    says: 'Trusting every address is possible with one pinned tenant only, not with the common endpoint.',
  },
  'connection.organization-required': {
    kind: 'unprocessable',
    says: 'People can only join an organization when the connection belongs to one.',
  },
  'connection.metadata-ambiguous': {
    kind: 'unprocessable',
    says: 'The metadata comes from an address or is pasted: give metadataUrl or metadataXml, not both.',
  },
  'connection.metadata-required': {
    kind: 'unprocessable',
    says: 'Nothing tells who the provider is: give metadataUrl or metadataXml, or the entraDomain of a tenant.',
  },
  'connection.metadata-url-invalid': {
    kind: 'invalid',
    says: 'Expected the https address of federation metadata, without user and fragment.',
  },
  'connection.metadata-address-refused': {
    kind: 'unprocessable',
    says: 'This is no address of the public internet, and not on the operator’s list of private ones (UPSTREAM_PRIVATE_ORIGINS).',
  },
  'connection.metadata-unreachable': {
    kind: 'upstream',
    says: 'The provider’s metadata could not be fetched. Nothing was saved; try again.',
  },
  'connection.metadata-invalid': {
    kind: 'unprocessable',
    says: 'This is no federation metadata that can be used for this strategy: it needs one entity ID, https addresses for sign-in and a signing certificate.',
  },
  'connection.metadata-tenant-mismatch': {
    kind: 'unprocessable',
    says: 'The authority’s metadata speaks for another tenant than the pinned one.',
  },
  'connection.metadata-endpoint-refused': {
    kind: 'unprocessable',
    says: 'The tenant’s metadata names addresses outside its authority.',
  },
  'connection.metadata-entity-changed': {
    kind: 'conflict',
    says: 'The metadata names another entity ID now. People would become others by that: save metadataUrl again if it is meant so.',
  },
  'connection.metadata-pasted': {
    kind: 'conflict',
    says: 'The metadata was pasted, so there is no address to read it from.',
  },
  'connection.certificate-unknown': {
    kind: 'unprocessable',
    says: 'The metadata holds no certificate with this thumbprint.',
  },
  'connection.certificate-required': {
    kind: 'conflict',
    says: 'Signed requests and encrypted assertions need a certificate credential that still works. Add one first.',
  },
  'connection.sign-in-url-invalid': {
    kind: 'invalid',
    says: 'Expected an https address without user and fragment.',
  },
  'connection.sign-in-url-not-at-authority': {
    kind: 'unprocessable',
    says: 'People of an Entra tenant sign in at its authority; this address is elsewhere.',
  },
  'connection.client-required': {
    kind: 'unprocessable',
    says: 'A client secret belongs to an app registration: give its clientId, or delete the secret.',
  },
  'connection.graph-client-required': {
    kind: 'unprocessable',
    says: 'Microsoft Graph is asked as an app registration of a tenant: give clientId and entraDomain.',
  },
  'connection.upstream-param-malformed': {
    kind: 'invalid',
    says: 'A parameter name has up to 64 letters, digits, _ - . with a letter first; a value no control characters.',
  },
  'connection.upstream-param-reserved': {
    kind: 'unprocessable',
    says: 'This parameter belongs to the protocol and cannot be set.',
  },
  'connection.revision-conflict': {
    kind: 'conflict',
    says: 'The connection was changed meanwhile. Read it again, then repeat the change.',
  },
  'connection.not-tested': {
    kind: 'conflict',
    says: 'No green test run of the last 7 days proved this configuration. Test it, or override with a reason.',
  },
  'connection.reason-required': { kind: 'invalid', says: 'An override needs a reason.' },
  'connection.not-enabled': { kind: 'conflict', says: 'A draft cannot be disabled: it was never enabled.' },
  'connection.no-credential': { kind: 'conflict', says: 'The connection has no credential that still works.' },
  'connection.last-credential': {
    kind: 'conflict',
    says: 'An enabled connection keeps at least one credential that still works.',
  },
  'connection.too-many-credentials': {
    kind: 'conflict',
    says: 'The connection holds as many credentials as it can. Delete an old one first.',
  },
  'connection.credential-sealed': {
    kind: 'unavailable',
    says: 'This service does not hold the key the credential was sealed with (SEALING_KEYS).',
  },
  'connection.entra-only': { kind: 'unprocessable', says: 'Only connections to Microsoft Entra ID have this.' },
  'connection.federation-only': { kind: 'unprocessable', says: 'Only WS-Federation and SAML connections have this.' },
  'connection.no-certificate': { kind: 'not-found', says: 'This credential is no certificate.' },
  'connection.domain-not-found': { kind: 'not-found', says: 'This is no home realm domain of the connection.' },
  'connection.proof-not-requested': {
    kind: 'conflict',
    says: 'No proof was asked for yet. Ask for one, publish the record, then check.',
  },
  'connection.credential-not-found': { kind: 'not-found', says: 'This connection has no credential with this id.' },
});

export type ConnectionErrorCode = keyof typeof connectionErrors.table;
