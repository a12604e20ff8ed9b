import type { IdentityId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { deleteIdentity } from '../domain/change-identities.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';

@Injectable()
export class DeleteIdentity {
  constructor(private readonly directory: Directory) {}

  async execute(userId: UserId, identityId: IdentityId): Promise<void> {
    await changingUser(this.directory, userId, (user) => deleteIdentity(user, identityId));
  }
}
