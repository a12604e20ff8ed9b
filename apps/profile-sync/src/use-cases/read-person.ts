import { Injectable } from '@nestjs/common';
import type { UserId } from '@homerealm/domain';
import type { GroupsState } from '../domain/decide-groups.js';
import type { ClaimsSource } from '../domain/person.js';
import { profileSyncErrors } from '../domain/profile-sync.errors.js';
import { People } from './people.port.js';

@Injectable()
export class ReadPerson {
  constructor(private readonly people: People) {}

  async groups(userId: UserId): Promise<GroupsState> {
    const groups = (await this.people.find(userId))?.groups;
    if (!groups) throw profileSyncErrors('groups.not-found', { userId });
    return groups;
  }

  async source(userId: UserId): Promise<ClaimsSource> {
    const claims = (await this.people.find(userId))?.claims;
    if (!claims) throw profileSyncErrors('profile-source.not-found', { userId });
    return claims;
  }
}
