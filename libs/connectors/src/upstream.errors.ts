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
  'upstream.algorithm-refused': {
    kind: 'upstream',
    says: 'The provider’s answer is signed in a way we do not accept.',
  },
  'upstream.key-unknown': { kind: 'upstream', says: 'The answer is signed with a key the provider does not publish.' },
  'upstream.key-unfit': {
    kind: 'upstream',
    says: 'The ID token was signed with a key that is published for another use.',
  },
  'upstream.signature-invalid': { kind: 'upstream', says: 'The signature of the provider’s answer is wrong.' },
  'upstream.issuer-mismatch': { kind: 'upstream', says: 'The provider’s answer was issued by somebody else.' },
  'upstream.key-issuer-mismatch': {
    kind: 'upstream',
    says: 'The ID token was signed with a key that belongs to another issuer.',
  },
  'upstream.audience-mismatch': { kind: 'upstream', says: 'The provider’s answer was issued for another application.' },
  'upstream.authorized-party-mismatch': {
    kind: 'upstream',
    says: 'The ID token was handed out to another application.',
  },
  'upstream.nonce-missing': { kind: 'upstream', says: 'The ID token is not tied to this sign-in.' },
  'upstream.nonce-mismatch': { kind: 'invalid', says: 'The ID token belongs to another sign-in.' },
  'upstream.tenant-missing': { kind: 'upstream', says: 'The provider’s answer does not name a tenant.' },
  'upstream.tenant-mismatch': {
    kind: 'upstream',
    says: 'The provider’s answer names another tenant than the one that issued it.',
  },
  'upstream.tenant-not-allowed': {
    kind: 'forbidden',
    says: 'People of this tenant may not sign in through this connection.',
  },
  'upstream.times-invalid': {
    kind: 'upstream',
    says: 'The times of the provider’s answer are missing or make no sense.',
  },
  'upstream.expired': { kind: 'upstream', says: 'The provider’s answer has expired.' },
  'upstream.not-yet-valid': { kind: 'upstream', says: 'The provider’s answer is not valid yet.' },
  'upstream.issued-in-future': { kind: 'upstream', says: 'The provider’s answer claims to be issued in the future.' },
  'upstream.subject-missing': { kind: 'upstream', says: 'The provider’s answer does not say who the person is.' },
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
  'upstream.document-malformed': { kind: 'invalid', says: 'The provider’s answer is no XML document we accept.' },
  'upstream.document-too-large': { kind: 'invalid', says: 'The provider’s answer is larger than we accept.' },
  'upstream.document-forbidden': {
    kind: 'invalid',
    says: 'The provider’s answer holds something that has no place in one: a document type, an entity, too deep a nesting.',
  },
  'upstream.assertion-count': { kind: 'upstream', says: 'The provider’s answer does not hold exactly one assertion.' },
  'upstream.assertion-malformed': { kind: 'upstream', says: 'The assertion lacks a part, or has one twice.' },
  'upstream.signature-missing': { kind: 'upstream', says: 'The assertion is not signed.' },
  'upstream.signature-structure': {
    kind: 'upstream',
    says: 'The signature does not stand where it belongs, or does not cover exactly the assertion.',
  },
  'upstream.status-refused': { kind: 'upstream', says: 'The provider’s answer says that the sign-in did not succeed.' },
  'upstream.destination-mismatch': { kind: 'upstream', says: 'The provider’s answer was meant for another address.' },
  'upstream.recipient-mismatch': { kind: 'upstream', says: 'The assertion was made for another address.' },
  'upstream.in-response-to-missing': { kind: 'upstream', says: 'The assertion does not say which request it answers.' },
  'upstream.in-response-to-mismatch': { kind: 'invalid', says: 'The assertion answers another request.' },
  'upstream.confirmation-invalid': {
    kind: 'upstream',
    says: 'The assertion is not one that whoever brings it may use.',
  },
  'upstream.attribute-doubled': { kind: 'upstream', says: 'The assertion says twice what can be true once.' },
  'upstream.object-missing': { kind: 'upstream', says: 'The assertion does not name the person’s object id.' },
  'upstream.subject-transient': {
    kind: 'upstream',
    says: 'The provider names people anew at each visit, so nobody can be recognised.',
  },
  'upstream.assertion-replayed': { kind: 'invalid', says: 'The assertion was used before.' },
  'upstream.decryption-failed': { kind: 'upstream', says: 'The encrypted assertion could not be opened.' },
  'upstream.encryption-missing': { kind: 'upstream', says: 'The assertion is not encrypted, and must be.' },
  'upstream.encryption-refused': {
    kind: 'upstream',
    says: 'The assertion is encrypted, which is not configured, or in a way we do not accept.',
  },
  'upstream.sign-out-refused': { kind: 'upstream', says: 'The provider did not sign the person out.' },
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
