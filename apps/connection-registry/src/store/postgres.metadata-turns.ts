import { ConnectionId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { healthy, type MetadataHealth, nextReading, recordReading } from '../domain/metadata-health.js';
import { MetadataTurns } from '../use-cases/federation/metadata-turns.port.js';
import { holdConnection, tellOf } from './tell-of.js';
import { MetadataTurnEntity } from './federation.entities.js';

const isRead = `c.strategy IN ('entra-wsfed', 'entra-saml') AND c.settings->>'metadataUrl' IS NOT NULL`;

const unplannedSql = `
  SELECT c.connection_id FROM connection c
   WHERE ${isRead} AND NOT EXISTS (SELECT 1 FROM metadata_turn t WHERE t.connection_id = c.connection_id)`;

const planSql = `
  INSERT INTO metadata_turn (connection_id, due_at)
  SELECT t.id, t.due FROM unnest($1::text[], $2::timestamptz[]) AS t (id, due)
   WHERE EXISTS (SELECT 1 FROM connection c WHERE c.connection_id = t.id)
  ON CONFLICT (connection_id) DO NOTHING`;

const takeSql = `
  WITH next AS (
    SELECT t.connection_id FROM metadata_turn t JOIN connection c ON c.connection_id = t.connection_id
     WHERE t.due_at <= $1 AND ${isRead}
     ORDER BY t.due_at, t.connection_id LIMIT 1
       FOR UPDATE OF t SKIP LOCKED
  ), taken AS (
    UPDATE metadata_turn t SET due_at = $2 FROM next WHERE t.connection_id = next.connection_id RETURNING t.connection_id
  )
  SELECT connection_id FROM taken`;

@Injectable()
export class PostgresMetadataTurns extends MetadataTurns {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async healthOf(connectionId: ConnectionId): Promise<MetadataHealth> {
    const row = await this.database.manager.findOneBy(MetadataTurnEntity, { connectionId });
    return row ? { failures: row.failures, outcome: row.outcome } : healthy;
  }

  async plan(now: Date): Promise<void> {
    const rows = (await this.database.manager.query(unplannedSql)) as { connection_id: string }[];
    const ids = rows.map(({ connection_id }) => connection_id);
    const first = ids.map((id) => nextReading(id, healthy, now));
    if (ids.length > 0) await this.database.manager.query(planSql, [ids, first]);
  }

  async take(now: Date, again: Date): Promise<ConnectionId | undefined> {
    const [row] = (await this.database.manager.query(takeSql, [now, again])) as { connection_id: string }[];
    return row && ConnectionId.parse(row.connection_id);
  }

  record(connectionId: ConnectionId, code: string | null, now: Date): Promise<void> {
    return this.database.transaction(async (manager) => {
      const about = await holdConnection(manager, connectionId);
      if (about === undefined) return;
      const row = await manager.findOneBy(MetadataTurnEntity, { connectionId });
      const before: MetadataHealth = row ?? healthy;
      const { health, news } = recordReading(before, code);
      const dueAt = nextReading(connectionId, health, now);
      await manager.upsert(MetadataTurnEntity, { connectionId, dueAt, ...health }, ['connectionId']);
      if (news) await tellOf(this.outbox, { type: 'ProviderMetadataRead', data: { ...about, outcome: news, code } });
    });
  }
}
