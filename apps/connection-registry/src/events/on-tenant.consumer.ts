import { tenantTopic, type TenantEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { NoteRefusedTenant } from '../use-cases/tenant-requests/note-refused-tenant.js';

@Controller()
export class OnTenant {
  constructor(private readonly noteRefusedTenant: NoteRefusedTenant) {}

  @Consumes(tenantTopic, { together: true })
  async handle({ data: { connectionId, tenantId }, time }: TenantEvent): Promise<void> {
    await this.noteRefusedTenant.execute({ connectionId, tenantId, at: new Date(time) });
  }
}
