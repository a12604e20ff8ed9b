import type { ConnectionId } from '@homerealm/domain';
import type { TenantRequest } from '../../domain/tenant-request.js';

/** The newest first; `after` is the place of the last one already seen. */
export type TenantRequestQuery = {
  connectionId: ConnectionId;
  decision?: TenantRequest['decision'] | undefined;
  limit: number;
  after?: { firstSeenAt: Date; tenantId: string } | undefined;
};
export type TenantRequestPage = {
  items: TenantRequest[];
  more: boolean;
  /** Tries that were counted only. */
  unrecorded: number;
};

/** The waiting room to look at. */
export abstract class TenantRequests {
  abstract list(query: TenantRequestQuery): Promise<TenantRequestPage>;
}

/** The waiting room inside a transaction that holds the lock of the connection. */
export type OpenTenantRequests = {
  find(connectionId: ConnectionId, tenantId: string): Promise<TenantRequest | undefined>;
  countWaiting(connectionId: ConnectionId): Promise<number>;
  save(request: TenantRequest): Promise<void>;
  /** Counts a try that is not stored. */
  countUnrecorded(connectionId: ConnectionId): Promise<void>;
};
