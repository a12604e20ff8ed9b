import type { ConnectionId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { healthy, type MetadataHealth, nextReading, recordReading } from '../domain/metadata-health.js';
import { MetadataTurns } from '../use-cases/federation/metadata-turns.port.js';
import { holdConnection, tellOf } from './tell-of.js';
import { MetadataTurnEntity } from './federation.entities.js';
import { TurnTable } from './turn-table.js';

const isRead = `c.strategy IN ('entra-wsfed', 'entra-saml') AND c.settings->>'metadataUrl' IS NOT NULL`;

@Injectable()
export class PostgresMetadataTurns extends MetadataTurns {
  private readonly turns: TurnTable;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
    this.turns = new TurnTable(database, 'metadata_turn', isRead);
  }

  async healthOf(connectionId: ConnectionId): Promise<MetadataHealth> {
    const row = await this.database.manager.findOneBy(MetadataTurnEntity, { connectionId });
    return row ? { failures: row.failures, outcome: row.outcome } : healthy;
  }

  plan(now: Date): Promise<void> {
    return this.turns.plan((connectionId) => nextReading(connectionId, healthy, now));
  }

  take(now: Date, again: Date): Promise<ConnectionId | undefined> {
    return this.turns.take(now, again);
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
