import { defineErrors } from '@homerealm/domain';

export const profileSyncErrors = defineErrors({
  'groups.not-found': { kind: 'not-found', says: 'No groups were ever read for this user.' },
  'profile-source.not-found': { kind: 'not-found', says: 'No sign-in has brought claims for this user.' },
});
