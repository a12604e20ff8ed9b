import { defineErrors } from '@homerealm/domain';

/** Every refusal that has to do with tenants that ask to be let in. */
export const tenantRequestErrors = defineErrors({
  'tenant-request.not-found': { kind: 'not-found', says: 'Nobody of this tenant asked for this connection.' },
  'tenant-request.no-common-endpoint': {
    kind: 'conflict',
    says: 'The connection signs in through one tenant only; others could not get in by a list.',
  },
  'tenant-request.on-the-list': {
    kind: 'conflict',
    says: 'This tenant may sign in. To shut it out, take it off allowedTenants.',
  },
  'tenant-request.list-full': { kind: 'conflict', says: 'The connection has as many allowed tenants as it can.' },
});
