import {
  isFederationConnection,
  isSocialConnection,
  speaksForTenant,
  type ConnectionSettings,
} from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { NamedConnection } from '../../domain/import/import-row.js';
import { ConnectionNames } from '../../use-cases/import/connection-names.port.js';

const upsert = `
  INSERT INTO "connection_name_replica" (connection_id, name, strategy, identity_type, tenant_id)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (connection_id) DO UPDATE SET name = excluded.name, strategy = excluded.strategy,
    identity_type = excluded.identity_type, tenant_id = excluded.tenant_id`;

@Injectable()
export class PostgresConnectionNames extends ConnectionNames {
  constructor(private readonly database: Database) {
    super();
  }

  async keep(settings: ConnectionSettings): Promise<void> {
    const { connectionId, name, strategy } = settings;
    const identityType = isSocialConnection(settings) ? settings.identityType : 'enterprise';
    const tenantId = tenantOf(settings);
    await this.database.sql.query(upsert, [connectionId, name.toLowerCase(), strategy, identityType, tenantId]);
  }

  async forget(connectionId: string): Promise<void> {
    await this.database.sql.query('DELETE FROM "connection_name_replica" WHERE connection_id = $1', [connectionId]);
  }

  async find(connectionId: ConnectionId): Promise<NamedConnection | null> {
    const [row] = await this.database.sql.query<NamedConnection>(
      `SELECT connection_id AS "connectionId", name, identity_type AS "identityType", tenant_id AS "tenantId"
        FROM "connection_name_replica" WHERE connection_id = $1`,
      [connectionId],
    );
    return row ?? null;
  }
}

/** The tenant an imported object id is of; null where accounts are known by other keys. */
function tenantOf(settings: ConnectionSettings): string | null {
  if (isSocialConnection(settings)) return null;
  if (isFederationConnection(settings)) return speaksForTenant(settings) ? settings.tenantId.toLowerCase() : null;
  return settings.tenantId.toLowerCase();
}
