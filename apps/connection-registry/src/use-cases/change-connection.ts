import type { ConnectionChange, ConnectionResponse } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Connection, ConnectionFields, Credential } from '../domain/connection.js';
import { connectionErrors } from '../domain/connection.errors.js';
import { type ChangeInput, decideChange, judgeChange, needsPin, type Pin } from '../domain/decide-change.js';
import { type Reading, refuse } from '../domain/problems.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { findConnection, lockConnection } from './find-connection.js';
import { PinTenant } from './pin-tenant.js';
import { refuseTaken } from './refuse-taken.js';
import { SealSecret } from './seal-secret.js';
import { Surroundings } from './surroundings.port.js';

type Prepared = { pin: Pin | undefined; secret: Credential | undefined; secretExpiresAt: Date | null | undefined };

@Injectable()
export class ChangeConnection {
  constructor(
    private readonly connections: Connections,
    private readonly pinTenant: PinTenant,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(
    id: string,
    body: Reading<ConnectionChange>,
    revision: number | undefined,
    by: string,
  ): Promise<ConnectionResponse> {
    const before = await findConnection(this.connections, id);
    const prepared = await this.prepare(before, body);
    return this.connections.transaction(async (connections) => {
      const now = this.surroundings.now();
      const connection = await lockConnection(connections, before.settings.connectionId, revision);
      const fields = this.judge(connection, body);
      const input = { ...prepared, fields, pin: pinFor(connection, fields, prepared.pin) };
      const decision = decideChange(connection, input, now);
      if (decision === undefined) return describeConnection(connection, now);
      await refuseTaken(connections, decision.connection.settings);
      await connections.save(decision, by);
      return describeConnection(decision.connection, now);
    });
  }

  private judge(connection: Connection, body: Reading<ConnectionChange>): Partial<ConnectionFields> {
    const { fields, problems } = judgeChange(connection, body, this.pinTenant.authorities, this.surroundings.now());
    refuse(problems);
    return fields;
  }

  /** Everything that takes time is done before the transaction: asking the authority, sealing. */
  private async prepare({ settings, ...rest }: Connection, body: Reading<ConnectionChange>): Promise<Prepared> {
    const fields = this.judge({ settings, ...rest }, body);
    const { authority, entraDomain } = { ...settings, ...fields };
    const pin = needsPin(fields) ? await this.pinTenant.execute(authority, entraDomain) : undefined;
    const { clientSecret, clientSecretExpiresAt: expiry } = body.value;
    const secretExpiresAt = expiry === undefined ? undefined : expiry === null ? null : new Date(expiry);
    return { pin, secret: await this.seal(settings.connectionId, clientSecret, secretExpiresAt), secretExpiresAt };
  }

  private async seal(id: ConnectionId, secret: string | undefined, expiresAt: ChangeInput['secretExpiresAt']) {
    return secret === undefined ? undefined : this.sealSecret.execute(id, secret, expiresAt ?? null);
  }
}

/** The looked-up tenant belongs to one authority and domain; if somebody changed these meanwhile, it is of no use. */
function pinFor(connection: Connection, fields: Partial<ConnectionFields>, pin: Pin | undefined): Pin | undefined {
  if (!needsPin(fields)) return undefined;
  const { authority, entraDomain } = { ...connection.settings, ...fields };
  if (pin?.authority === authority && pin.entraDomain === entraDomain) return pin;
  throw connectionErrors('connection.revision-conflict');
}
