import { defineErrors } from '@homerealm/domain';

/** Every way a sign-in at an upstream provider can be refused. The sentences reveal nothing an attacker can use. */
export const upstreamErrors = defineErrors({
  'upstream.authority-not-allowed': {
    kind: 'unprocessable',
    says: 'The provider’s address is not on the operator’s list.',
  },
  'upstream.param-reserved': {
    kind: 'unprocessable',
    says: 'The connection sends a parameter that only Homerealm may set.',
  },
  'upstream.callback-malformed': { kind: 'invalid', says: 'The provider’s answer has a form we do not accept.' },
  'upstream.callback-token-in-front-channel': {
    kind: 'invalid',
    says: 'The answer carried a token where only a code belongs.',
  },
  'upstream.state-missing': { kind: 'invalid', says: 'The answer does not say which sign-in it belongs to.' },
  'upstream.state-mismatch': { kind: 'invalid', says: 'The answer belongs to another sign-in.' },
  'upstream.connection-mismatch': {
    kind: 'invalid',
    says: 'The answer arrived at another connection than the sign-in was started with.',
  },
  'upstream.provider-mismatch': {
    kind: 'invalid',
    says: 'The answer names another provider than the one the person was sent to.',
  },
  'upstream.cancelled': {
    kind: 'forbidden',
    says: 'The sign-in was cancelled, or consent was declined, at the provider.',
  },
  'upstream.provider-error': { kind: 'upstream', says: 'The provider refused the sign-in.' },
  'upstream.metadata-unreachable': { kind: 'unavailable', says: 'The provider’s metadata could not be fetched.' },
  'upstream.metadata-invalid': { kind: 'upstream', says: 'The provider’s metadata is not usable.' },
  'upstream.metadata-issuer-mismatch': {
    kind: 'upstream',
    says: 'The provider’s metadata speaks for another issuer than the connection’s.',
  },
  'upstream.metadata-endpoint-refused': {
    kind: 'upstream',
    says: 'The provider’s metadata points to an address outside the provider.',
  },
  'upstream.address-refused': {
    kind: 'unprocessable',
    says: 'The provider’s address is not a public https address, and not on the operator’s list of private ones.',
  },
  'upstream.keys-unreachable': { kind: 'unavailable', says: 'The provider’s signing keys could not be fetched.' },
  'upstream.keys-invalid': { kind: 'upstream', says: 'The provider’s signing keys are not usable.' },
  'upstream.token-unreachable': { kind: 'unavailable', says: 'The provider did not answer when we redeemed the code.' },
  'upstream.token-answer-invalid': {
    kind: 'upstream',
    says: 'The provider’s answer to the code has a form we do not accept.',
  },
  'upstream.token-refused': { kind: 'upstream', says: 'The provider refused to redeem the code.' },
  'upstream.code-refused': {
    kind: 'invalid',
    says: 'The provider says that the code was used before, is too old, or is not for this sign-in.',
  },
  'upstream.credentials-missing': {
    kind: 'unprocessable',
    says: 'The connection has no credential to redeem a code with.',
  },
  'upstream.credentials-unusable': {
    kind: 'unprocessable',
    says: 'The connection’s certificate or private key cannot be read.',
  },
  'upstream.credentials-refused': { kind: 'upstream', says: 'The provider refused the connection’s credentials.' },
  'upstream.id-token-missing': { kind: 'upstream', says: 'The provider answered without an ID token.' },
  'upstream.id-token-malformed': { kind: 'upstream', says: 'The ID token has a form we do not accept.' },
  'upstream.algorithm-refused': { kind: 'upstream', says: 'The ID token is signed in a way we do not accept.' },
  'upstream.key-unknown': { kind: 'upstream', says: 'The ID token names a signing key the provider does not publish.' },
  'upstream.key-unfit': {
    kind: 'upstream',
    says: 'The ID token was signed with a key that is published for another use.',
  },
  'upstream.signature-invalid': { kind: 'upstream', says: 'The ID token’s signature is wrong.' },
  'upstream.issuer-mismatch': { kind: 'upstream', says: 'The ID token was issued by somebody else.' },
  'upstream.key-issuer-mismatch': {
    kind: 'upstream',
    says: 'The ID token was signed with a key that belongs to another issuer.',
  },
  'upstream.audience-mismatch': { kind: 'upstream', says: 'The ID token was issued for another application.' },
  'upstream.authorized-party-mismatch': {
    kind: 'upstream',
    says: 'The ID token was handed out to another application.',
  },
  'upstream.nonce-missing': { kind: 'upstream', says: 'The ID token is not tied to this sign-in.' },
  'upstream.nonce-mismatch': { kind: 'invalid', says: 'The ID token belongs to another sign-in.' },
  'upstream.tenant-missing': { kind: 'upstream', says: 'The ID token does not name a tenant.' },
  'upstream.tenant-mismatch': {
    kind: 'upstream',
    says: 'The ID token names another tenant than the one that issued it.',
  },
  'upstream.tenant-not-allowed': {
    kind: 'forbidden',
    says: 'People of this tenant may not sign in through this connection.',
  },
  'upstream.times-invalid': { kind: 'upstream', says: 'The ID token’s times are missing or make no sense.' },
  'upstream.expired': { kind: 'upstream', says: 'The ID token has expired.' },
  'upstream.not-yet-valid': { kind: 'upstream', says: 'The ID token is not valid yet.' },
  'upstream.issued-in-future': { kind: 'upstream', says: 'The ID token claims to be issued in the future.' },
  'upstream.subject-missing': { kind: 'upstream', says: 'The ID token does not say who the person is.' },
  'upstream.access-token-mismatch': {
    kind: 'upstream',
    says: 'The access token is not the one the ID token was issued with.',
  },
  'upstream.profile-unreachable': { kind: 'unavailable', says: 'The provider did not tell who the person is.' },
  'upstream.profile-invalid': {
    kind: 'upstream',
    says: 'What the provider says about the person has a form we do not accept.',
  },
  'upstream.profile-mismatch': {
    kind: 'upstream',
    says: 'The provider’s words are about another person than the one who signed in.',
  },
  'upstream.second-opinion': {
    kind: 'upstream',
    says: 'The protocol library refused an answer that our own check let pass.',
  },
  'upstream.aborted': {
    kind: 'unavailable',
    says: 'The sign-in was stopped before the provider’s answer was checked.',
  },
  'upstream.unexpected': { kind: 'unavailable', says: 'The provider’s answer could not be checked.' },
});
export type UpstreamRefusalCode = keyof typeof upstreamErrors.table;
