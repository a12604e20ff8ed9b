import { signInTopic, type SignInEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { NoteRefusedTenant } from '../use-cases/tenant-requests/note-refused-tenant.js';

@Controller()
export class OnSignIn {
  constructor(private readonly noteRefusedTenant: NoteRefusedTenant) {}

  @Consumes(signInTopic, { together: true })
  async handle(event: SignInEvent): Promise<void> {
    if (event.type !== 'TenantRefused') return;
    const { connectionId, tenantId } = event.data;
    await this.noteRefusedTenant.execute({ connectionId, tenantId, at: new Date(event.time) });
  }
}
