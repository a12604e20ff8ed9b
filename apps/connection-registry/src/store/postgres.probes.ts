import { ConnectionId, CredentialId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { nextTurn } from '../domain/daily-turn.js';
import { type ProbeFinding, type ProbeRecord, recordProbe } from '../domain/probe.js';
import { Probes } from '../use-cases/upkeep/probes.port.js';
import { holdConnection, tellOf } from './tell-of.js';
import { CredentialProbeEntity } from './upkeep.entities.js';

/**
 * Only these have a token endpoint that takes a credential: a federation where it asks Microsoft Graph for groups. Where it
 * does not, a certificate that only signs requests need not be known to the application.
 */
const probed = `c.state = 'enabled' AND (c.strategy = 'entra-oauth2' OR c.strategy IN ('entra-wsfed', 'entra-saml')
  AND c.settings->>'clientId' IS NOT NULL AND c.settings->>'tenantId' IS NOT NULL
  AND 'true' IN (c.settings->>'getUserGroups', c.settings->>'backgroundGroups'))`;

const unplannedSql = `
  SELECT c.connection_id FROM connection c
   WHERE ${probed} AND NOT EXISTS (SELECT 1 FROM probe_turn t WHERE t.connection_id = c.connection_id)`;

const planSql = `
  INSERT INTO probe_turn (connection_id, due_at)
  SELECT t.id, t.due FROM unnest($1::text[], $2::timestamptz[]) AS t (id, due)
   WHERE EXISTS (SELECT 1 FROM connection c WHERE c.connection_id = t.id)
  ON CONFLICT (connection_id) DO NOTHING`;

const takeSql = `
  WITH next AS (
    SELECT t.connection_id FROM probe_turn t JOIN connection c ON c.connection_id = t.connection_id
     WHERE t.due_at <= $1 AND ${probed}
     ORDER BY t.due_at, t.connection_id LIMIT 1
       FOR UPDATE OF t SKIP LOCKED
  ), taken AS (
    UPDATE probe_turn t SET due_at = $2 FROM next WHERE t.connection_id = next.connection_id RETURNING t.connection_id
  )
  SELECT connection_id FROM taken`;

const findSql = 'SELECT 1 FROM credential WHERE credential_id = $1 AND connection_id = $2';

@Injectable()
export class PostgresProbes extends Probes {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
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

  async plan(now: Date): Promise<void> {
    const rows = (await this.database.manager.query(unplannedSql)) as { connection_id: string }[];
    const ids = rows.map(({ connection_id }) => connection_id);
    if (ids.length > 0) await this.database.manager.query(planSql, [ids, ids.map((id) => nextTurn(id, now))]);
  }

  async take(now: Date, again: Date): Promise<ConnectionId | undefined> {
    const [row] = (await this.database.manager.query(takeSql, [now, again])) as { connection_id: string }[];
    return row && ConnectionId.parse(row.connection_id);
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
