import {
  type TenantRequestPage,
  type TenantRequestQuery,
  TenantRequests,
} from '../use-cases/tenant-requests/tenant-requests.port.js';
import type { TenantRequest } from '../domain/tenant-request.js';
import type { InMemoryConnections } from './in-memory.connections.js';

const placeOf = ({ firstSeenAt, tenantId }: Pick<TenantRequest, 'firstSeenAt' | 'tenantId'>) =>
  `${firstSeenAt.toISOString()}~${tenantId}`;

/** The waiting room of connections in memory. */
export class InMemoryTenantRequests extends TenantRequests {
  constructor(private readonly connections: InMemoryConnections) {
    super();
  }

  async list({ connectionId, decision, limit, after }: TenantRequestQuery): Promise<TenantRequestPage> {
    const { tenantRequests, unrecorded } = this.connections.inside;
    const found = [...tenantRequests.values()]
      .filter((request) => request.connectionId === connectionId)
      .filter((request) => decision === undefined || request.decision === decision)
      .filter((request) => after === undefined || placeOf(request) < placeOf(after))
      .sort((one, other) => (placeOf(one) > placeOf(other) ? -1 : 1));
    const items = found.slice(0, limit);
    return { items, more: found.length > limit, unrecorded: unrecorded.get(connectionId) ?? 0 };
  }
}
