import type { ConnectionInput, ConnectionResponse } from '@homerealm/contracts';
import type { Strategy } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { ConnectionFields } from '../domain/connection.js';
import { decideCreate, judgeNewConnection, type Upstreams } from '../domain/decide-create.js';
import { type MetadataPlan, originOf } from '../domain/metadata-plan.js';
import { type Reading, refuse } from '../domain/problems.js';
import { isFederationStrategy } from '../domain/strategy-family.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { ReadProvider } from './federation/read-provider.js';
import { PinTenant } from './pin-tenant.js';
import { refuseTaken } from './refuse-taken.js';
import { SealSecret } from './seal-secret.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class CreateConnection {
  constructor(
    private readonly connections: Connections,
    private readonly pinTenant: PinTenant,
    private readonly readProvider: ReadProvider,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  private get upstreams(): Upstreams {
    return { authorities: this.pinTenant.authorities, issuers: this.surroundings.socialIssuers };
  }

  async execute(body: Reading<ConnectionInput>, by: string): Promise<ConnectionResponse> {
    const now = this.surroundings.now();
    const { fields, plan, problems } = judgeNewConnection(body, this.upstreams, now);
    refuse(problems);
    const { clientSecret, clientSecretExpiresAt, strategy = 'entra-oauth2' } = body.value;
    const connectionId = this.surroundings.newId('conn');
    const tenant = await this.tenantOf(fields);
    const read = await this.read(strategy, { ...fields, ...tenant }, plan);
    const expiresAt = clientSecretExpiresAt ? new Date(clientSecretExpiresAt) : null;
    const credential =
      typeof clientSecret === 'string'
        ? await this.sealSecret.execute(connectionId, clientSecret, expiresAt)
        : undefined;
    const callbackUrl = this.surroundings.callbackUrl(connectionId);
    const identity = { strategy, connectionId, callbackUrl, ...tenant, ...read };
    const decision = decideCreate(fields, identity, credential, now);
    return this.connections.transaction(async (connections) => {
      await refuseTaken(connections, decision.connection.settings);
      await connections.save(decision, by);
      return describeConnection(decision.connection, now);
    });
  }

  private async tenantOf(fields: ConnectionFields) {
    if (!('entraDomain' in fields)) return {};
    const { tenantId, graphOrigin } = await this.pinTenant.execute(fields.authority, fields.entraDomain);
    return { tenantId, graphOrigin };
  }

  /** What the metadata of a federation says; others have none. */
  private async read(strategy: Strategy, fields: ConnectionFields & { tenantId?: string | null }, plan: MetadataPlan) {
    if (!isFederationStrategy(strategy) || !('metadataUrl' in fields)) return {};
    const origin = originOf(plan);
    const { tenantId = null } = fields;
    return origin && this.readProvider.execute(origin, { ...fields, strategy, tenantId, mayLackPinned: false });
  }
}
