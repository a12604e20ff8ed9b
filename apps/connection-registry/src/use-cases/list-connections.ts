import { ConnectionCursor } from '@homerealm/contracts';
import { InvalidInput, normalizeDomainName, type OrganizationId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { problem } from '../domain/problems.js';
import { type ConnectionPage, Connections } from './connections.port.js';

export type ListRequest = {
  homeRealmDomain?: string | undefined;
  organizationId?: OrganizationId | undefined;
  state?: 'draft' | 'enabled' | 'disabled' | undefined;
  name?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

@Injectable()
export class ListConnections {
  constructor(private readonly connections: Connections) {}

  async execute({ cursor, homeRealmDomain, ...filter }: ListRequest): Promise<ConnectionPage> {
    const after = ConnectionCursor.optional().safeParse(cursor);
    if (!after.success) {
      const says = 'This is no cursor that a page gave.';
      throw new InvalidInput([{ field: 'cursor', code: 'request.invalid-field', says }]);
    }
    const domain = homeRealmDomain === undefined ? undefined : normalizeDomainName(homeRealmDomain);
    if (homeRealmDomain !== undefined && domain === undefined) {
      throw new InvalidInput([problem('connection.domain-invalid', 'homeRealmDomain')]);
    }
    return this.connections.list({ ...filter, homeRealmDomain: domain, after: after.data });
  }
}
