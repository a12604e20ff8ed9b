import type { ConnectionSettings, SealedCredential } from '@homerealm/contracts';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { Connections, type KnownConnection } from '../use-cases/connections.port.js';

/** The replica, read from its tables. Every question is one indexed statement. */
@Injectable()
export class PostgresConnections extends Connections {
  constructor(private readonly database: Database) {
    super();
  }

  async find(connectionId: string): Promise<KnownConnection | null> {
    const rows = (await this.database.manager.query(byId, [connectionId])) as {
      settings: ConnectionSettings;
      credentials: SealedCredential[] | null;
    }[];
    const row = rows[0];
    return row ? { settings: row.settings, credentials: row.credentials ?? [] } : null;
  }

  async ofDomain(domain: string): Promise<ConnectionSettings | null> {
    const rows = (await this.database.manager.query(byDomain, [domain])) as { settings: ConnectionSettings }[];
    return rows[0]?.settings ?? null;
  }

  async withButtons(organizationId: string | null): Promise<readonly ConnectionSettings[]> {
    const own = organizationId === null ? [] : await this.buttonsOf(organizationId);
    return [...own, ...(await this.buttonsOf(null))];
  }

  /** The organization's own; with null the environment-wide ones. */
  async buttonsOf(organizationId: string | null): Promise<readonly ConnectionSettings[]> {
    const whose = organizationId === null ? 'organization_id IS NULL' : 'organization_id = $1';
    const values = organizationId === null ? [] : [organizationId];
    const rows = await this.database.manager.query(
      `${buttons} AND ${whose} ORDER BY display_name LIMIT ${most}`,
      values,
    );
    return (rows as { settings: ConnectionSettings }[]).map(({ settings }) => settings);
  }
}

const byId = `
  SELECT connection.settings, held.credentials FROM connection_replica connection
  LEFT JOIN connection_credentials_replica held USING (connection_id) WHERE connection.connection_id = $1`;

const byDomain = `
  SELECT connection.settings FROM connection_domain_replica claim JOIN connection_replica connection USING (connection_id)
  WHERE claim.domain = $1 ORDER BY claim.claimed_at DESC, claim.connection_id LIMIT 1`;

/** Enough for the rule to choose from; a page with more buttons than that would help nobody. */
const most = 200;
const buttons = "SELECT settings FROM connection_replica WHERE wants_button AND state = 'enabled'";
