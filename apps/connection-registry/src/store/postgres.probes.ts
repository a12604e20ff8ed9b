import { type ConnectionId, CredentialId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { nextTurn } from '../domain/daily-turn.js';
import { type ProbeFinding, type ProbeRecord, recordProbe } from '../domain/probe.js';
import { Probes } from '../use-cases/upkeep/probes.port.js';
import { holdConnection, tellOf } from './tell-of.js';
import { TurnTable } from './turn-table.js';
import { CredentialProbeEntity } from './upkeep.entities.js';

/**
 * Only these have a token endpoint that takes a credential: a federation where it asks Microsoft Graph for groups. Where it
 * does not, a certificate that only signs requests need not be known to the application.
 */
const probed = `c.state = 'enabled' AND (c.strategy = 'entra-oauth2' OR c.strategy IN ('entra-wsfed', 'entra-saml')
  AND c.settings->>'clientId' IS NOT NULL AND c.settings->>'tenantId' IS NOT NULL
  AND 'true' IN (c.settings->>'getUserGroups', c.settings->>'backgroundGroups'))`;

const findSql = 'SELECT 1 FROM credential WHERE credential_id = $1 AND connection_id = $2';

@Injectable()
export class PostgresProbes extends Probes {
  private readonly turns: TurnTable;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
    this.turns = new TurnTable(database, 'probe_turn', probed);
  }

  async of(connectionId: ConnectionId): Promise<ProbeRecord[]> {
    return (await this.database.manager.findBy(CredentialProbeEntity, { connectionId })).map(toRecord);
  }

  keep(connectionId: ConnectionId, credentialId: CredentialId, finding: ProbeFinding, now: Date) {
    return this.database.transaction(async (manager) => {
      const about = await holdConnection(manager, connectionId);
      const found = (await manager.query(findSql, [credentialId, connectionId])) as unknown[];
      if (about === undefined || found.length === 0) return undefined;
      const row = await manager.findOneBy(CredentialProbeEntity, { credentialId });
      const before = row ? toRecord(row) : undefined;
      const { record, isNews } = recordProbe(credentialId, before, finding, now);
      const entity = { ...record, connectionId, aadsts: [...record.aadsts] };
      await manager.upsert(CredentialProbeEntity, entity, ['credentialId']);
      const data = { ...about, credentialId, outcome: finding.outcome };
      if (isNews) await tellOf(this.outbox, { type: 'CredentialProbed', data });
      return record;
    });
  }

  plan(now: Date): Promise<void> {
    return this.turns.plan((connectionId) => nextTurn(connectionId, now));
  }

  take(now: Date, again: Date): Promise<ConnectionId | undefined> {
    return this.turns.take(now, again);
  }

  async postpone(connectionId: ConnectionId, until: Date): Promise<void> {
    const sql = 'UPDATE probe_turn SET due_at = $2 WHERE connection_id = $1';
    await this.database.manager.query(sql, [connectionId, until]);
  }
}

const toRecord = ({ credentialId, outcome, error, aadsts, since, checkedAt }: CredentialProbeEntity): ProbeRecord => ({
  credentialId: CredentialId.parse(credentialId),
  ...{ outcome, error, aadsts, since, checkedAt },
});
