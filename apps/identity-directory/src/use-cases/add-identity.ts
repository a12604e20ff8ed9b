import type { NewIdentity } from '@homerealm/contracts';
import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { addIdentity } from '../domain/change-identities.js';
import type { Identity } from '../domain/user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';
import { newIdentity } from './new-identity.js';
import { TimeAndIds } from './time-and-ids.port.js';

@Injectable()
export class AddIdentity {
  constructor(
    private readonly directory: Directory,
    private readonly fresh: TimeAndIds,
  ) {}

  async execute(userId: UserId, wanted: NewIdentity): Promise<Identity> {
    const identity = newIdentity(this.fresh.newId('identity'), wanted);
    const user = await changingUser(this.directory, userId, (before) => addIdentity(before, identity, 'admin'));
    return user.identities.find((one) => one.identityId === identity.identityId) ?? identity;
  }
}
