import type { IdentityId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { User } from '../domain/user.js';
import { verifyIdentity } from '../domain/verify-identity.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';

@Injectable()
export class VerifyIdentity {
  constructor(private readonly directory: Directory) {}

  execute(userId: UserId, identityId: IdentityId): Promise<User> {
    return changingUser(this.directory, userId, (user) => verifyIdentity(user, identityId));
  }
}
