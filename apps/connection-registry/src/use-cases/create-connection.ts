import type { ConnectionInput, ConnectionResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideCreate, judgeNewConnection, type Upstreams } from '../domain/decide-create.js';
import { type Reading, refuse } from '../domain/problems.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { PinTenant } from './pin-tenant.js';
import { refuseTaken } from './refuse-taken.js';
import { SealSecret } from './seal-secret.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class CreateConnection {
  constructor(
    private readonly connections: Connections,
    private readonly pinTenant: PinTenant,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  private get upstreams(): Upstreams {
    return { authorities: this.pinTenant.authorities, issuers: this.surroundings.socialIssuers };
  }

  async execute(body: Reading<ConnectionInput>, by: string): Promise<ConnectionResponse> {
    const now = this.surroundings.now();
    const { fields, problems } = judgeNewConnection(body, this.upstreams, now);
    refuse(problems);
    const { clientSecret, clientSecretExpiresAt, strategy = 'entra-oauth2' } = body.value;
    const connectionId = this.surroundings.newId('conn');
    const pinned =
      'entraDomain' in fields && fields.entraDomain
        ? await this.pinTenant.execute(fields.authority, fields.entraDomain)
        : undefined;
    const expiresAt = clientSecretExpiresAt ? new Date(clientSecretExpiresAt) : null;
    const credential = await this.sealSecret.execute(connectionId, String(clientSecret), expiresAt);
    const callbackUrl = this.surroundings.callbackUrl(connectionId);
    const tenant = pinned && { tenantId: pinned.tenantId, graphOrigin: pinned.graphOrigin };
    const identity = { strategy, connectionId, callbackUrl, ...tenant };
    const decision = decideCreate(fields, identity, credential, now);
    return this.connections.transaction(async (connections) => {
      await refuseTaken(connections, decision.connection.settings);
      await connections.save(decision, by);
      return describeConnection(decision.connection, now);
    });
  }
}
