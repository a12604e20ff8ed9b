import { defineErrors } from '@homerealm/domain';

export const applicationErrors = defineErrors({
  'application.not-found': { kind: 'not-found', says: 'No application has this id.' },
  'application.exists': { kind: 'conflict', says: 'An application with this id is there already.' },
  'application.too-many-secrets': { kind: 'conflict', says: 'Two secrets are valid already; delete one first.' },
  'application.last-secret': {
    kind: 'conflict',
    says: 'The only secret of an application cannot be deleted; add the new one first.',
  },
  'application.has-no-secrets': {
    kind: 'unprocessable',
    says: 'This application does not authenticate with a secret.',
  },
  'application.secret-not-found': { kind: 'not-found', says: 'The application has no secret with this id.' },
  'application.redirect-uri-not-allowed': {
    kind: 'invalid',
    says: 'A redirect URI is https, or http on localhost or a loopback address, absolute, without user, fragment, wildcard and dot segments; native applications may have a scheme of their own with a dot in it.',
  },
  'application.redirect-uri-missing': {
    kind: 'invalid',
    says: 'An application that people sign in to needs at least one redirect URI.',
  },
  'application.grant-type-not-allowed': {
    kind: 'invalid',
    says: 'This grant type does not go with this type of application.',
  },
  'application.auth-method-not-allowed': {
    kind: 'invalid',
    says: 'Browser and native applications cannot keep a secret: none. Machine applications and web applications authenticate themselves.',
  },
  'application.scopes-not-allowed': {
    kind: 'invalid',
    says: 'Management scopes go with the grant type client_credentials only, and sign-ins:write and test-runs:run with no application.',
  },
  'application.logout-uri-not-allowed': {
    kind: 'invalid',
    says: 'A back-channel logout URI is https, or http on localhost or a loopback address, absolute, without user, fragment, wildcard and dot segments.',
  },
  'application.initiate-login-uri-not-allowed': {
    kind: 'invalid',
    says: 'An address where sign-ins are begun is of an application that signs people in, and is https, or http on localhost or a loopback address, absolute, without user, fragment, wildcard and dot segments.',
  },
  'application.jwks-missing': { kind: 'invalid', says: 'private_key_jwt needs the public keys in `jwks`.' },
  'application.jwks-not-allowed': {
    kind: 'invalid',
    says: '`jwks` holds public EC (P-256), RSA (2048 bits or more) or Ed25519 keys for signatures, nothing private or symmetric.',
  },
});
