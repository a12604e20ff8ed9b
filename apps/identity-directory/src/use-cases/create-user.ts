import type { CreateUserRequest } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { createUser } from '../domain/change-user.js';
import type { User } from '../domain/user.js';
import { userErrors } from '../domain/user.errors.js';
import { unlessChangedMeanwhile } from './changing-user.js';
import { Directory } from './directory.port.js';
import { newIdentity } from './new-identity.js';
import { TimeAndIds } from './time-and-ids.port.js';

@Injectable()
export class CreateUser {
  constructor(
    private readonly directory: Directory,
    private readonly fresh: TimeAndIds,
  ) {}

  async execute({ profile, identities, organizationId }: CreateUserRequest): Promise<User> {
    const now = this.fresh.now();
    const { after, happened } = createUser({
      userId: this.fresh.newId('user'),
      profile: { values: profile, source: 'admin', connectionId: null, asOf: now, policy: 'admin' },
      identities: identities.map((wanted) => newIdentity(this.fresh.newId('identity'), wanted)),
      organizationId: organizationId ?? null,
      by: 'admin',
      now,
    });
    const saved = await unlessChangedMeanwhile(this.directory.save({ before: null, after, happened }));
    if (!saved) throw userErrors('user.changed-meanwhile');
    return after;
  }
}
