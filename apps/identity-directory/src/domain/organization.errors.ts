import { defineErrors } from '@homerealm/domain';

export const organizationErrors = defineErrors({
  'organization.not-found': { kind: 'not-found', says: 'No organization has this id.' },
  'organization.changed-meanwhile': {
    kind: 'conflict',
    says: 'The organization was changed by somebody else; please try again.',
  },
  'organization.external-id-taken': { kind: 'conflict', says: 'Another organization has this external id.' },
  'organization.id-taken': { kind: 'conflict', says: 'Another organization has this id.' },
  'organization.member-not-found': { kind: 'not-found', says: 'This user is not a member of the organization.' },
});
