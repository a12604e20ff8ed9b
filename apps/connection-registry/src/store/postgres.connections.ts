import type { ConnectionId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { Connection } from '../domain/connection.js';
import {
  type ConnectionPage,
  type ConnectionQuery,
  Connections,
  type OpenConnections,
} from '../use-cases/connections.port.js';
import { Surroundings } from '../use-cases/surroundings.port.js';
import { toConnection } from './connection.mapper.js';
import { type Condition, selectConnections } from './select-connections.js';
import { OpenPostgresConnections } from './open-postgres.connections.js';

@Injectable()
export class PostgresConnections extends Connections {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly surroundings: Surroundings,
  ) {
    super();
  }

  transaction<T>(work: (connections: OpenConnections) => Promise<T>): Promise<T> {
    return this.database.transaction((manager) =>
      work(new OpenPostgresConnections(manager, this.outbox, this.surroundings)),
    );
  }

  async find(connectionId: ConnectionId): Promise<Connection | undefined> {
    const [row] = await selectConnections(this.database.manager, [['c.connection_id =', connectionId]], 1);
    return row && toConnection(row, (id) => this.surroundings.callbackUrl(id));
  }

  async list({ limit, after, ...filter }: ConnectionQuery): Promise<ConnectionPage> {
    const conditions: Condition[] = [
      ['c.connection_id >', after],
      ['c.organization_id =', filter.organizationId],
      ['c.state =', filter.state],
      ['c.name_key =', filter.name?.toLowerCase()],
      ['c.connection_id = (SELECT connection_id FROM home_realm_domain WHERE domain = ?)', filter.homeRealmDomain],
    ];
    const rows = await selectConnections(this.database.manager, conditions, limit + 1);
    const kept = rows.slice(0, limit).map((row) => toConnection(row, (id) => this.surroundings.callbackUrl(id)));
    const last = kept.at(-1)?.settings.connectionId ?? null;
    return { items: kept, next: rows.length > limit ? last : null };
  }
}
