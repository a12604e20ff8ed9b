import type { OrganizationId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { joinOrganization } from '../domain/change-user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';
import { ReadOrganizations } from './read-organizations.js';

@Injectable()
export class AddMember {
  constructor(
    private readonly directory: Directory,
    private readonly organizations: ReadOrganizations,
  ) {}

  async execute(organizationId: OrganizationId, userId: UserId): Promise<void> {
    await this.organizations.one(organizationId);
    await changingUser(this.directory, userId, (user) => joinOrganization(user, organizationId, 'admin'));
  }
}
