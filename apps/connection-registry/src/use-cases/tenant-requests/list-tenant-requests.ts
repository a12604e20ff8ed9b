import type { TenantRequestsResponse } from '@homerealm/contracts';
import { InvalidInput } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { TenantRequest } from '../../domain/tenant-request.js';
import { Connections } from '../connections.port.js';
import { findConnection } from '../find-connection.js';
import { describeTenantRequest } from './describe-tenant-request.js';
import { TenantRequests } from './tenant-requests.port.js';

export type TenantListRequest = {
  decision?: TenantRequest['decision'] | undefined;
  limit: number;
  cursor?: string | undefined;
};

@Injectable()
export class ListTenantRequests {
  constructor(
    private readonly connections: Connections,
    private readonly tenantRequests: TenantRequests,
  ) {}

  async execute(id: string, { decision, limit, cursor }: TenantListRequest): Promise<TenantRequestsResponse> {
    const { connectionId } = (await findConnection(this.connections, id)).settings;
    const after = readCursor(cursor);
    const { items, more, unrecorded } = await this.tenantRequests.list({ connectionId, decision, limit, after });
    const last = items.at(-1);
    const next = more && last ? `${last.firstSeenAt.toISOString()}~${last.tenantId}` : null;
    return { items: items.map(describeTenantRequest), next, unrecorded };
  }
}

function readCursor(cursor: string | undefined): { firstSeenAt: Date; tenantId: string } | undefined {
  if (cursor === undefined) return undefined;
  const [time, tenantId] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~([0-9a-f-]{36})$/.exec(cursor)?.slice(1) ?? [];
  if (time !== undefined && tenantId !== undefined && !Number.isNaN(Date.parse(time))) {
    return { firstSeenAt: new Date(time), tenantId };
  }
  const says = 'This is no cursor that a page gave.';
  throw new InvalidInput([{ field: 'cursor', code: 'request.invalid-field', says }]);
}
