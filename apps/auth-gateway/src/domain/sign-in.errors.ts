import { defineErrors } from '@homerealm/domain';

/** Refusals of the sign-in part as thrown errors. What people and admins read of them stands in `sign-in-refusals.ts`. */
export const signInErrors = defineErrors({
  'directory.unavailable': { kind: 'unavailable', says: 'The identity directory did not answer.' },
  'registry.unavailable': { kind: 'unavailable', says: 'The connection registry did not answer.' },
  'attempt.not-found': { kind: 'not-found', says: 'No sign-in attempt has this id.' },
});
