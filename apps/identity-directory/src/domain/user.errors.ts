import { defineErrors } from '@homerealm/domain';

export const userErrors = defineErrors({
  'user.not-found': { kind: 'not-found', says: 'No user has this id.' },
  'user.changed-meanwhile': { kind: 'conflict', says: 'The user was changed by somebody else; please try again.' },
  'user.no-identity': { kind: 'invalid', says: 'A user needs at least one identity to sign in with.' },
  'identity.not-found': { kind: 'not-found', says: 'The user has no identity with this id.' },
  'identity.email-taken': { kind: 'conflict', says: 'Somebody has this email address as a verified identity.' },
  'identity.phone-taken': { kind: 'conflict', says: 'Somebody has this phone number as a verified identity.' },
  'identity.username-taken': { kind: 'conflict', says: 'Somebody has this username; letter case makes no difference.' },
  'identity.username-needs-email': {
    kind: 'conflict',
    says: 'A username needs a verified email address beside it.',
  },
  'identity.not-verifiable': {
    kind: 'conflict',
    says: 'Only an email address or a phone number can be vouched for.',
  },
  'link.not-found': { kind: 'not-found', says: 'The user has no link with this id.' },
  'link.undone': { kind: 'conflict', says: 'This link was undone already.' },
  'link.identity-gone': { kind: 'conflict', says: 'The user no longer has the identity of this link.' },
  'link.replaced-taken': {
    kind: 'conflict',
    says: 'Something the user signed in with before this link belongs to somebody else now.',
  },
  'identity.duplicate': { kind: 'conflict', says: 'The user has this identity already.' },
  'identity.pending-taken': {
    kind: 'conflict',
    says: 'Another user already waits for this account on this connection.',
  },
  'identity.account-taken': { kind: 'conflict', says: 'Another user signs in with this account.' },
  'identity.enterprise-exclusive': {
    kind: 'conflict',
    says: 'A user with an enterprise identity has no other identity.',
  },
  'identity.last': { kind: 'conflict', says: 'The last identity of a user cannot be deleted; delete the user.' },
  'identity.primary': {
    kind: 'conflict',
    says: 'Make another identity of this type primary before you delete this one.',
  },
  'identity.not-verified': { kind: 'conflict', says: 'Only a verified identity can become primary.' },
});
