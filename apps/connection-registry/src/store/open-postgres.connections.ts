import type { ConnectionId } from '@homerealm/domain';
import type { Outbox } from '@homerealm/events';
import type { EntityManager } from 'typeorm';
import type { Connection, ConnectionHappening, Decision } from '../domain/connection.js';
import type { OpenConnections, Taken } from '../use-cases/connections.port.js';
import type { Surroundings } from '../use-cases/surroundings.port.js';
import { happenedEvent, removedEvents, savedEvents } from './connection-events.js';
import { ChangeEntity, ConnectionEntity, CredentialEntity, HomeRealmDomainEntity } from './connection.entities.js';
import {
  toChangeEntity,
  toConnection,
  toConnectionEntity,
  toCredentialEntities,
  toDomainEntities,
} from './connection.mapper.js';
import { OpenPostgresTenantRequests } from './open-postgres.tenant-requests.js';
import { OpenPostgresTestRuns } from './open-postgres.test-runs.js';
import { forgetLostProofs } from './forget-lost-proofs.js';
import { selectConnections } from './select-connections.js';
import { refuseUniqueViolation } from './unique-violations.js';

/** Connections inside one Postgres transaction. */
export class OpenPostgresConnections implements OpenConnections {
  readonly testRuns: OpenPostgresTestRuns;
  readonly tenantRequests: OpenPostgresTenantRequests;

  constructor(
    private readonly manager: EntityManager,
    private readonly outbox: Outbox,
    private readonly surroundings: Surroundings,
  ) {
    this.testRuns = new OpenPostgresTestRuns(manager);
    this.tenantRequests = new OpenPostgresTenantRequests(manager);
  }

  async lock(connectionId: ConnectionId): Promise<Connection | undefined> {
    // Two statements: what a statement reads beside the row it waited for is as old as the statement.
    await this.manager.query('SELECT 1 FROM connection WHERE connection_id = $1 FOR UPDATE', [connectionId]);
    const [row] = await selectConnections(this.manager, [['c.connection_id =', connectionId]], 1);
    return row && toConnection(row, (id) => this.surroundings.callbackUrl(id));
  }

  async findTaken(name: string, domains: readonly string[], except: ConnectionId): Promise<Taken> {
    const [row] = (await this.manager.query(
      `SELECT EXISTS (SELECT 1 FROM connection WHERE name_key = $1 AND connection_id <> $3) AS name,
              ARRAY(SELECT domain FROM home_realm_domain
                     WHERE domain = ANY($2::text[]) AND connection_id <> $3 ORDER BY domain) AS domains`,
      [name.toLowerCase(), domains, except],
    )) as Taken[];
    return row ?? { name: false, domains: [] };
  }

  async save(decision: Decision, by: string): Promise<void> {
    const { connection, changed, credentialsChanged } = decision;
    try {
      await this.manager.upsert(ConnectionEntity, toConnectionEntity(connection), ['connectionId']);
      if (changed.includes('homeRealmDomains')) await this.replaceDomains(connection);
      if (credentialsChanged) await this.replaceCredentials(connection);
    } catch (error) {
      refuseUniqueViolation(error);
    }
    await this.manager.insert(ChangeEntity, toChangeEntity(decision, by));
    await this.outbox.append(...savedEvents(decision));
  }

  async remove(decision: Decision, by: string): Promise<void> {
    const { connectionId } = decision.connection.settings;
    await this.manager.delete(ConnectionEntity, { connectionId });
    await this.manager.insert(ChangeEntity, toChangeEntity(decision, by));
    await this.outbox.append(...removedEvents(decision));
  }

  async note({ settings: { connectionId }, proofs }: Connection, happened: ConnectionHappening): Promise<void> {
    await this.manager.update(ConnectionEntity, { connectionId }, { proofs: [...proofs] });
    await this.outbox.append(happenedEvent(happened));
  }

  private async replaceDomains(connection: Connection): Promise<void> {
    await this.manager.delete(HomeRealmDomainEntity, { connectionId: connection.settings.connectionId });
    const rows = toDomainEntities(connection);
    if (rows.length > 0) await this.manager.insert(HomeRealmDomainEntity, rows);
    await forgetLostProofs(this.manager, connection.settings.connectionId);
  }

  private async replaceCredentials(connection: Connection): Promise<void> {
    await this.manager.delete(CredentialEntity, { connectionId: connection.settings.connectionId });
    const rows = toCredentialEntities(connection);
    if (rows.length > 0) await this.manager.insert(CredentialEntity, rows);
  }
}
