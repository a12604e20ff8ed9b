import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { farewell } from '../domain/change-user.js';
import { userErrors } from '../domain/user.errors.js';
import { unlessChangedMeanwhile } from './changing-user.js';
import { Directory } from './directory.port.js';

const maxTries = 5;

/** Erases a user with everything personal; the tombstone lets every reader of the state do the same. */
@Injectable()
export class DeleteUser {
  constructor(private readonly directory: Directory) {}

  async execute(userId: UserId): Promise<void> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const before = await this.directory.find(userId);
      if (!before) throw userErrors('user.not-found', { userId });
      const gone = this.directory.save({ before, after: null, happened: farewell(before) });
      if (await unlessChangedMeanwhile(gone)) return;
    }
    throw userErrors('user.changed-meanwhile', { userId });
  }
}
