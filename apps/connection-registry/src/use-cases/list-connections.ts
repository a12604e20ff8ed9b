import { ConnectionCursor, type ConnectionResponse } from '@homerealm/contracts';
import { InvalidInput, normalizeDomainName, type OrganizationId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { problem } from '../domain/problems.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { Surroundings } from './surroundings.port.js';

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
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  async execute({
    cursor,
    homeRealmDomain,
    ...filter
  }: ListRequest): Promise<{ items: ConnectionResponse[]; next: string | null }> {
    const after = ConnectionCursor.optional().safeParse(cursor);
    if (!after.success) {
      const says = 'This is no cursor that a page gave.';
      throw new InvalidInput([{ field: 'cursor', code: 'request.invalid-field', says }]);
    }
    const domain = homeRealmDomain === undefined ? undefined : normalizeDomainName(homeRealmDomain);
    if (homeRealmDomain !== undefined && domain === undefined) {
      throw new InvalidInput([problem('connection.domain-invalid', 'homeRealmDomain')]);
    }
    const page = await this.connections.list({ ...filter, homeRealmDomain: domain, after: after.data });
    const now = this.surroundings.now();
    return { items: page.items.map((connection) => describeConnection(connection, now)), next: page.next };
  }
}
