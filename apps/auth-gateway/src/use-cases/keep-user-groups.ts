import type { GroupsStateEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { UserGroups } from './user-groups.port.js';

/** Remembers the groups of a user for the next token refresh. */
@Injectable()
export class KeepUserGroups {
  constructor(private readonly groups: UserGroups) {}

  async execute(event: GroupsStateEvent): Promise<void> {
    if (event.data === null) return this.groups.forget(event.subject);
    const { userId, connectionId, completeness, asOf, groups } = event.data;
    await this.groups.keep(userId, { connectionId, completeness, asOf, groups });
  }
}
