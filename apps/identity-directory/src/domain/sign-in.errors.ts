import { defineErrors } from '@homerealm/domain';

/**
 * Why a sign-in is refused. The first group are answers of the decision and stand in `code`; the sentence is for the
 * person who signs in and reveals nothing. `sign-in.*` are problems of the call itself.
 */
export const signInErrors = defineErrors({
  'user.suspended': { kind: 'forbidden', says: 'You cannot sign in at the moment. Please ask your administrator.' },
  'user.not-provisioned': { kind: 'forbidden', says: 'You have no access yet. Please ask your administrator.' },
  'user.other-enterprise-identity': {
    kind: 'forbidden',
    says: 'You cannot sign in this way. Please ask your administrator.',
  },
  'user.enterprise-only': { kind: 'forbidden', says: 'Please sign in with the account of your company.' },
  'username.taken': { kind: 'conflict', says: 'This username is taken. Please choose another one.' },
  'username.invalid': {
    kind: 'invalid',
    says: 'A username has 2 to 64 of the letters A to Z, digits, "-" and "_".',
  },
  'organization.connection-mismatch': { kind: 'forbidden', says: 'You cannot sign in to this organization this way.' },
  'organization.not-found': { kind: 'not-found', says: 'There is no such organization.' },
  'organization.suspended': { kind: 'forbidden', says: 'Sign-in to this organization is switched off at the moment.' },
  'organization.not-a-member': { kind: 'forbidden', says: 'You have no access to this organization.' },
  'sign-in.attempt-reused': { kind: 'conflict', says: 'This attempt was answered already, for another request.' },
  'sign-in.busy': { kind: 'unavailable', says: 'Too many changes at once; please try again.' },
});

/** The codes with which a decision can refuse. */
export type SignInRefusal = Exclude<keyof typeof signInErrors.table, 'sign-in.attempt-reused' | 'sign-in.busy'>;
