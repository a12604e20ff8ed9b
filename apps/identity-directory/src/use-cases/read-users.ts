import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Organization } from '../domain/organization.js';
import type { User } from '../domain/user.js';
import { userErrors } from '../domain/user.errors.js';
import { Directory } from './directory.port.js';
import { UserCatalogue, type UserQuery } from './user-catalogue.port.js';

@Injectable()
export class ReadUsers {
  constructor(
    private readonly directory: Directory,
    private readonly catalogue: UserCatalogue,
  ) {}

  async one(userId: UserId): Promise<User> {
    const user = await this.directory.find(userId);
    if (!user) throw userErrors('user.not-found', { userId });
    return user;
  }

  /** One more than asked for, when there are more. */
  execute(query: UserQuery): Promise<User[]> {
    return this.catalogue.list(query);
  }

  async organizationsOf(userId: UserId): Promise<Organization[]> {
    await this.one(userId);
    return this.catalogue.organizationsOf(userId);
  }
}
