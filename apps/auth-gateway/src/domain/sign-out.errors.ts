import { defineErrors } from '@homerealm/domain';

/** Why a message about a sign-out, or a question for our metadata, was not answered. Connectors bring codes of their own. */
export const signOutErrors = defineErrors({
  'sign-out.connection-unknown': {
    kind: 'not-found',
    says: 'No connection of WS-Federation or SAML has this id.',
  },
  'sign-out.other-protocol': {
    kind: 'unprocessable',
    says: 'The connection’s provider does not sign people out in this way.',
  },
  'sign-out.not-done': {
    kind: 'unavailable',
    says: 'The sessions could not be ended right now. Nothing was ended; please try again.',
  },
});
export type SignOutRefusalCode = keyof typeof signOutErrors.table;
