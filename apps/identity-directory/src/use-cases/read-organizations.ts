import type { OrganizationId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Organization } from '../domain/organization.js';
import { organizationErrors } from '../domain/organization.errors.js';
import { Organizations, type Member, type OrganizationQuery } from './organizations.port.js';

@Injectable()
export class ReadOrganizations {
  constructor(private readonly organizations: Organizations) {}

  async one(organizationId: OrganizationId): Promise<Organization> {
    const organization = await this.organizations.find(organizationId);
    if (!organization) throw organizationErrors('organization.not-found', { organizationId });
    return organization;
  }

  /** One more than asked for, when there are more. */
  execute(query: OrganizationQuery): Promise<Organization[]> {
    return this.organizations.list(query);
  }

  async members(organizationId: OrganizationId, limit: number, cursor?: string): Promise<Member[]> {
    await this.one(organizationId);
    return this.organizations.members(organizationId, limit, cursor);
  }
}
