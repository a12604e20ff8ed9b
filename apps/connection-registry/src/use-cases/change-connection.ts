import type { ConnectionInput, ConnectionResponse } from '@homerealm/contracts';
import type { ConnectionId, Strategy } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Connection, Credential, SomeFields } from '../domain/connection.js';
import { connectionErrors } from '../domain/connection.errors.js';
import {
  type ChangeInput,
  decideChange,
  judgeChange,
  needsPin,
  type Pin,
  type ProviderReading,
} from '../domain/decide-change.js';
import type { MetadataPlan } from '../domain/metadata-plan.js';
import { type Reading, refuse } from '../domain/problems.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { ReadChangedProvider } from './federation/read-changed-provider.js';
import { findConnection, lockConnection } from './find-connection.js';
import { PinTenant } from './pin-tenant.js';
import { refuseTaken } from './refuse-taken.js';
import { SealSecret } from './seal-secret.js';
import { Surroundings } from './surroundings.port.js';

/** Only the strategy of the stored connection tells which fields a change may have. */
export type ReadChange = (strategy: Strategy) => Reading<ConnectionInput>;

type Prepared = {
  pin: Pin | undefined;
  read: ProviderReading | undefined;
  secret: Credential | undefined;
  secretExpiresAt: Date | null | undefined;
};

type Saving = { prepared: Prepared; revision: number | undefined; by: string };

@Injectable()
export class ChangeConnection {
  constructor(
    private readonly connections: Connections,
    private readonly pinTenant: PinTenant,
    private readonly readChanged: ReadChangedProvider,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string, read: ReadChange, revision: number | undefined, by: string): Promise<ConnectionResponse> {
    const before = await findConnection(this.connections, id);
    const body = read(before.settings.strategy);
    const prepared = await this.prepare(before, body);
    const answer = await this.save(before, body, { prepared, revision, by });
    await this.readChanged.saved(before.settings, prepared.read);
    return answer;
  }

  private save(before: Connection, body: Reading<ConnectionInput>, { prepared, revision, by }: Saving) {
    return this.connections.transaction(async (connections) => {
      const now = this.surroundings.now();
      const connection = await lockConnection(connections, before.settings.connectionId, revision);
      const { fields, plan } = this.judge(connection, body);
      const isOld = connection.settings.revision !== before.settings.revision;
      if (isOld && (prepared.read !== undefined || plan.kind !== 'keep')) {
        throw connectionErrors('connection.revision-conflict');
      }
      const input = { ...prepared, fields, pin: pinFor(connection, fields, prepared.pin) };
      const decision = decideChange(connection, input, now);
      if (decision === undefined) return describeConnection(connection, now);
      await refuseTaken(connections, decision.connection.settings);
      await connections.save(decision, by);
      return describeConnection(decision.connection, now);
    });
  }

  private judge(connection: Connection, body: Reading<ConnectionInput>): { fields: SomeFields; plan: MetadataPlan } {
    const { authorities } = this.pinTenant;
    const context = { authorities, tenantsMetadataUrl: this.readChanged.tenantsUrl };
    const { fields, plan, problems } = judgeChange(connection, body, context, this.surroundings.now());
    refuse(problems);
    return { fields, plan };
  }

  /** Everything that takes time is done before the transaction: asking authority and provider, sealing. */
  private async prepare(before: Connection, body: Reading<ConnectionInput>): Promise<Prepared> {
    const { settings } = before;
    const { fields, plan } = this.judge(before, body);
    const wanted = tenantOf(settings, fields);
    const pin = wanted && (await this.pinTenant.execute(wanted.authority, wanted.entraDomain));
    const read = await this.readChanged.execute(settings, { ...fields, ...(pin && { tenantId: pin.tenantId }) }, plan);
    const { clientSecret, clientSecretExpiresAt: expiry } = body.value;
    const secretExpiresAt = expiry === undefined ? undefined : expiry === null ? null : new Date(expiry);
    const secret = await this.seal(settings.connectionId, clientSecret, secretExpiresAt);
    return { pin, read, secret, secretExpiresAt };
  }

  private async seal(id: ConnectionId, secret: string | null | undefined, expiresAt: ChangeInput['secretExpiresAt']) {
    return secret === undefined || secret === null ? undefined : this.sealSecret.execute(id, secret, expiresAt ?? null);
  }
}

/** By which words the tenant must be looked up again; undefined where it stays what it is. */
function tenantOf(settings: Connection['settings'], fields: SomeFields) {
  if (!needsPin(fields) || !('entraDomain' in settings)) return undefined;
  const { authority = settings.authority, entraDomain = settings.entraDomain } = fields;
  return { authority, entraDomain };
}

/** The looked-up tenant belongs to one authority and domain; if somebody changed these meanwhile, it is of no use. */
function pinFor({ settings }: Connection, fields: SomeFields, pin: Pin | undefined): Pin | undefined {
  const wanted = tenantOf(settings, fields);
  if (wanted === undefined) return undefined;
  if (pin?.authority === wanted.authority && pin.entraDomain === wanted.entraDomain) return pin;
  throw connectionErrors('connection.revision-conflict');
}
