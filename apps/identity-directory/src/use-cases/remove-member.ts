import type { OrganizationId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { leaveOrganization } from '../domain/change-user.js';
import { organizationErrors } from '../domain/organization.errors.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';
import { ReadOrganizations } from './read-organizations.js';

@Injectable()
export class RemoveMember {
  constructor(
    private readonly directory: Directory,
    private readonly organizations: ReadOrganizations,
  ) {}

  async execute(organizationId: OrganizationId, userId: UserId): Promise<void> {
    await this.organizations.one(organizationId);
    await changingUser(this.directory, userId, (user) => {
      if (!user.organizations.includes(organizationId))
        throw organizationErrors('organization.member-not-found', { organizationId, userId }, 'userId');
      return leaveOrganization(user, organizationId);
    });
  }
}
