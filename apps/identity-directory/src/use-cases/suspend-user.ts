import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { changeStatus } from '../domain/change-user.js';
import type { User } from '../domain/user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';

@Injectable()
export class SuspendUser {
  constructor(private readonly directory: Directory) {}

  execute(userId: UserId): Promise<User> {
    return changingUser(this.directory, userId, (user) => changeStatus(user, 'suspended'));
  }
}
