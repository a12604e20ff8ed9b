import type { TenantRequestResponse } from '@homerealm/contracts';
import type { TenantRequest } from '../../domain/tenant-request.js';

export const describeTenantRequest = (request: TenantRequest): TenantRequestResponse => ({
  ...request,
  firstSeenAt: request.firstSeenAt.toISOString(),
  lastSeenAt: request.lastSeenAt.toISOString(),
  decidedAt: request.decidedAt?.toISOString() ?? null,
});
