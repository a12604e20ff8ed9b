import { organizationTopic, type OrganizationEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { EndOrganizationSessions } from '../use-cases/end-organization-sessions.js';

@Controller()
export class OnOrganization {
  constructor(private readonly endOrganizationSessions: EndOrganizationSessions) {}

  @Consumes(organizationTopic, { together: true })
  handle(event: OrganizationEvent): Promise<void> {
    return this.endOrganizationSessions.execute(event);
  }
}
