import type { OrganizationEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { ManySessions, UserSessions } from './provider-records.port.js';

/** Ends the sessions in an organization that is gone or suspended, and those of members who left it. */
@Injectable()
export class EndOrganizationSessions {
  constructor(
    private readonly many: ManySessions,
    private readonly sessions: UserSessions,
  ) {}

  async execute({ type, data, time }: OrganizationEvent): Promise<void> {
    switch (type) {
      case 'OrganizationSuspended':
      case 'OrganizationDeleted':
        return this.many.endOrganization(data.organizationId, new Date(time));
      case 'OrganizationReactivated':
        return this.many.allowOrganization(data.organizationId);
      case 'MemberRemoved':
        return this.sessions.endMembership(data.userId, data.organizationId, new Date(time));
      default:
        return;
    }
  }
}
