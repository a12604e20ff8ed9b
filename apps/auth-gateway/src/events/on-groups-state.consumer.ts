import { groupsStateTopic, type GroupsStateEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { KeepUserGroups } from '../use-cases/keep-user-groups.js';

@Controller()
export class OnGroupsState {
  constructor(private readonly keepUserGroups: KeepUserGroups) {}

  @Consumes(groupsStateTopic, { together: true })
  handle(event: GroupsStateEvent): Promise<void> {
    return this.keepUserGroups.execute(event);
  }
}
