import type { ChangeUserRequest } from '@homerealm/contracts';
import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { changeProfile } from '../domain/change-user.js';
import type { User } from '../domain/user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';
import { TimeAndIds } from './time-and-ids.port.js';

@Injectable()
export class ChangeUserProfile {
  constructor(
    private readonly directory: Directory,
    private readonly fresh: TimeAndIds,
  ) {}

  execute(userId: UserId, { profile }: ChangeUserRequest): Promise<User> {
    const update = {
      values: profile,
      source: 'admin',
      connectionId: null,
      asOf: this.fresh.now(),
      policy: 'admin',
    } as const;
    return changingUser(this.directory, userId, (user) => changeProfile(user, update, 'admin'));
  }
}
