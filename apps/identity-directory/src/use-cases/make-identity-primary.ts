import type { IdentityId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { makePrimary } from '../domain/change-identities.js';
import type { User } from '../domain/user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';

@Injectable()
export class MakeIdentityPrimary {
  constructor(private readonly directory: Directory) {}

  execute(userId: UserId, identityId: IdentityId): Promise<User> {
    return changingUser(this.directory, userId, (user) => makePrimary(user, identityId));
  }
}
