import type { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { noteRefusal } from '../../domain/tenant-request.js';
import { Connections } from '../connections.port.js';

export type RefusedTenant = { connectionId: ConnectionId; tenantId: string; at: Date };

/** Lets a tenant that was refused wait for an admin's decision. Works in the transaction of the event. */
@Injectable()
export class NoteRefusedTenant {
  constructor(private readonly connections: Connections) {}

  execute({ connectionId, tenantId, at }: RefusedTenant): Promise<void> {
    return this.connections.transaction(async (connections) => {
      const connection = await connections.lock(connectionId);
      if (connection === undefined) return;
      const { tenantRequests } = connections;
      const tenant = tenantId.toLowerCase();
      const known = await tenantRequests.find(connectionId, tenant);
      const waiting = await tenantRequests.countWaiting(connectionId);
      const noted = noteRefusal(connection, { tenantId: tenant, at }, known, waiting);
      if (noted === undefined) return;
      if (noted === 'overflow') return tenantRequests.countUnrecorded(connectionId);
      await tenantRequests.save(noted.request);
      if (noted.happened) await connections.note(connection, noted.happened);
    });
  }
}
