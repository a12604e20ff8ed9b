import { ConnectionId } from '@homerealm/domain';
import type { EntityManager } from 'typeorm';
import type { TenantRequest } from '../domain/tenant-request.js';
import type { OpenTenantRequests } from '../use-cases/tenant-requests/tenant-requests.port.js';
import { TenantRequestEntity } from './connection.entities.js';

/** The waiting room inside one Postgres transaction. */
export class OpenPostgresTenantRequests implements OpenTenantRequests {
  constructor(private readonly manager: EntityManager) {}

  async find(connectionId: ConnectionId, tenantId: string): Promise<TenantRequest | undefined> {
    const row = await this.manager.findOneBy(TenantRequestEntity, { connectionId, tenantId });
    return row ? toTenantRequest(row) : undefined;
  }

  countWaiting(connectionId: ConnectionId): Promise<number> {
    return this.manager.countBy(TenantRequestEntity, { connectionId, decision: 'waiting' });
  }

  async save(request: TenantRequest): Promise<void> {
    const row = Object.assign(new TenantRequestEntity(), request);
    await this.manager.upsert(TenantRequestEntity, row, ['connectionId', 'tenantId']);
  }

  async countUnrecorded(connectionId: ConnectionId): Promise<void> {
    await this.manager.query(
      `INSERT INTO tenant_request_overflow AS o (connection_id, tries) VALUES ($1, 1)
       ON CONFLICT (connection_id) DO UPDATE SET tries = o.tries + 1`,
      [connectionId],
    );
  }
}

export const toTenantRequest = (row: TenantRequestEntity): TenantRequest => ({
  ...row,
  connectionId: ConnectionId.parse(row.connectionId),
});
