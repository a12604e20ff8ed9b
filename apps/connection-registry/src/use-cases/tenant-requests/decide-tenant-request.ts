import type { TenantRequestResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { tenantRequestErrors } from '../../domain/tenant-request.errors.js';
import { decideApprove, decideDeny } from '../../domain/tenant-request.js';
import { Connections } from '../connections.port.js';
import { lockConnection, parseConnectionId } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';
import { describeTenantRequest } from './describe-tenant-request.js';

export type TenantVerdict = {
  id: string;
  tenantId: string;
  approve: boolean;
  /** Of the connection as the admin saw it; undefined asks for no check. */
  revision: number | undefined;
  by: string;
};

@Injectable()
export class DecideTenantRequest {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute({ id, tenantId, approve, revision, by }: TenantVerdict): Promise<TenantRequestResponse> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), revision);
      const { connectionId } = connection.settings;
      const known = await connections.tenantRequests.find(connectionId, tenantId.toLowerCase());
      if (known === undefined) throw tenantRequestErrors('tenant-request.not-found');
      const decide = approve ? decideApprove : decideDeny;
      const { request, change, happened } = decide(connection, known, by, this.surroundings.now());
      if (change) await connections.save(change, by);
      if (happened) {
        await connections.tenantRequests.save(request);
        await connections.note(change?.connection ?? connection, happened);
      }
      return describeTenantRequest(request);
    });
  }
}
