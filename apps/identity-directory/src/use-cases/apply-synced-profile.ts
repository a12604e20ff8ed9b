import type { ProfileEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { changeProfile } from '../domain/change-user.js';
import { changingUser } from './changing-user.js';
import { Directory } from './directory.port.js';

/** Takes over the profile values a provider supplied, unless newer ones stand there already. */
@Injectable()
export class ApplySyncedProfile {
  constructor(private readonly directory: Directory) {}

  async execute({ userId, connectionId, asOf, profile, policy }: ProfileEvent['data']): Promise<void> {
    if (!(await this.directory.find(userId))) return; // erased meanwhile: nothing may come back
    const update = { values: profile, source: 'provider', connectionId, asOf, policy } as const;
    await changingUser(this.directory, userId, (user) => changeProfile(user, update, 'sync'));
  }
}
