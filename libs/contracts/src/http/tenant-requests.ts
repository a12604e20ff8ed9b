import { ConnectionId } from '@homerealm/domain';
import { z } from 'zod';

const decision = z.enum(['waiting', 'approved', 'denied']);

/** A tenant that asked to be let in through the common endpoint, as the API of the connection registry shows it. */
export const TenantRequestResponse = z.object({
  connectionId: ConnectionId.describe('The connection its people tried.'),
  tenantId: z.guid().describe('GUID of the tenant.'),
  decision: decision.describe('What an admin decided; `waiting` until then.'),
  firstSeenAt: z.iso.datetime().describe('When somebody of the tenant tried first.'),
  lastSeenAt: z.iso.datetime().describe('When somebody of the tenant tried last.'),
  tries: z.number().int().min(1).describe('How often they tried.'),
  decidedAt: z.iso.datetime().nullable().describe('When an admin decided.'),
  decidedBy: z.string().nullable().describe('Who decided: application and subject of the access token.'),
});
export type TenantRequestResponse = z.infer<typeof TenantRequestResponse>;

/** Answer to `GET /connections/:id/tenant-requests`. */
export const TenantRequestsResponse = z.object({
  items: z.array(TenantRequestResponse).describe('The newest first.'),
  next: z.string().nullable().describe('Cursor of the next page; null at the end.'),
  unrecorded: z.number().int().min(0).describe('Tries of further tenants, after 1000 were waiting: only counted.'),
});
export type TenantRequestsResponse = z.infer<typeof TenantRequestsResponse>;

/** Filters of `GET /connections/:id/tenant-requests`. */
export const tenantRequestFilters = { decision: decision.optional().describe('Was decided this way.') };
