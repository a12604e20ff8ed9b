import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import {
  type TenantRequestPage,
  type TenantRequestQuery,
  TenantRequests,
} from '../use-cases/tenant-requests/tenant-requests.port.js';
import { TenantRequestEntity, TenantRequestOverflowEntity } from './connection.entities.js';
import { toTenantRequest } from './open-postgres.tenant-requests.js';

@Injectable()
export class PostgresTenantRequests extends TenantRequests {
  constructor(private readonly database: Database) {
    super();
  }

  async list({ connectionId, decision, limit, after }: TenantRequestQuery): Promise<TenantRequestPage> {
    const { manager } = this.database;
    const query = manager
      .createQueryBuilder(TenantRequestEntity, 'request')
      .where('request.connectionId = :connectionId', { connectionId })
      .orderBy('request.firstSeenAt', 'DESC')
      .addOrderBy('request.tenantId', 'DESC')
      .limit(limit + 1);
    if (decision !== undefined) query.andWhere('request.decision = :decision', { decision });
    if (after) query.andWhere('(request.firstSeenAt, request.tenantId) < (:firstSeenAt, :tenantId)', after);
    const rows = await query.getMany();
    const overflow = await manager.findOneBy(TenantRequestOverflowEntity, { connectionId });
    const items = rows.slice(0, limit).map(toTenantRequest);
    return { items, more: rows.length > limit, unrecorded: overflow?.tries ?? 0 };
  }
}
