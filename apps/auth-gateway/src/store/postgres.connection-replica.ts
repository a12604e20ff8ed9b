import type { ConnectionSettings, EnvironmentPolicies, SealedCredential } from '@homerealm/contracts';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { wantsButton } from '../domain/list-buttons.js';
import { ConnectionReplica } from '../use-cases/connections.port.js';

/** Channel on which every process of the gateway hears which cached answers have become old. */
export const replicaChannel = 'connection_replica';

/** Keys of cached answers: one for each question that `Connections` can be asked. */
export const cacheKeys = {
  connection: (connectionId: string) => `connection:${connectionId}`,
  domain: (domain: string) => `domain:${domain}`,
  buttons: (organizationId: string | null) => `buttons:${organizationId ?? ''}`,
  policies: 'policies',
};

/** Writes the replica. Postgres sends the notices when the consumer's transaction commits, and not when it does not. */
@Injectable()
export class PostgresConnectionReplica extends ConnectionReplica {
  constructor(private readonly database: Database) {
    super();
  }

  async keep(settings: ConnectionSettings, heardAt: Date): Promise<void> {
    const { connectionId, revision, homeRealmDomains: domains } = settings;
    const before = await this.lock(connectionId);
    if (before && before.revision > revision) return;
    await this.query(upsertConnection, [
      ...[connectionId, revision, settings.state, settings.organizationId, settings.displayName],
      ...[wantsButton(settings), JSON.stringify(settings)],
    ]);
    await this.query(dropDomains, [connectionId, domains]);
    await this.query(claimDomains, [connectionId, domains, heardAt]);
    await this.tell(settings, before?.settings);
  }

  async keepCredentials(
    connectionId: string,
    revision: number,
    credentials: readonly SealedCredential[],
  ): Promise<void> {
    await this.query(upsertCredentials, [connectionId, revision, JSON.stringify(credentials)]);
    await this.notify([cacheKeys.connection(connectionId)]);
  }

  async keepPolicies(policies: EnvironmentPolicies): Promise<void> {
    await this.query(upsertPolicies, [policies.revision, JSON.stringify(policies)]);
    await this.notify([cacheKeys.policies]);
  }

  async forget(connectionId: string): Promise<void> {
    const before = await this.lock(connectionId);
    await this.query('DELETE FROM connection_replica WHERE connection_id = $1', [connectionId]);
    await this.query('DELETE FROM connection_domain_replica WHERE connection_id = $1', [connectionId]);
    await this.tell(before?.settings);
  }

  async forgetCredentials(connectionId: string): Promise<void> {
    await this.query('DELETE FROM connection_credentials_replica WHERE connection_id = $1', [connectionId]);
    await this.notify([cacheKeys.connection(connectionId)]);
  }

  private async lock(connectionId: string): Promise<{ revision: number; settings: ConnectionSettings } | undefined> {
    const rows = await this.query(
      'SELECT revision, settings FROM connection_replica WHERE connection_id = $1 FOR UPDATE',
      [connectionId],
    );
    return (rows as { revision: number; settings: ConnectionSettings }[])[0];
  }

  /** What the connection was and what it is now: both answers are old. */
  private tell(...versions: (ConnectionSettings | undefined)[]): Promise<void> {
    const keys = versions
      .filter((version) => version !== undefined)
      .flatMap(({ connectionId, homeRealmDomains, organizationId }) => [
        cacheKeys.connection(connectionId),
        cacheKeys.buttons(organizationId),
        ...homeRealmDomains.map(cacheKeys.domain),
      ]);
    return this.notify([...new Set(keys)]);
  }

  private async notify(keys: string[]): Promise<void> {
    if (keys.length > 0)
      await this.query(`SELECT pg_notify('${replicaChannel}', key) FROM unnest($1::text[]) AS key`, [keys]);
  }

  private query(sql: string, values: unknown[]): Promise<unknown> {
    return this.database.manager.query(sql, values);
  }
}

const upsertConnection = `
  INSERT INTO connection_replica (connection_id, revision, state, organization_id, display_name, wants_button, settings)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (connection_id) DO UPDATE SET revision = excluded.revision, state = excluded.state,
    organization_id = excluded.organization_id, display_name = excluded.display_name,
    wants_button = excluded.wants_button, settings = excluded.settings`;

const dropDomains = 'DELETE FROM connection_domain_replica WHERE connection_id = $1 AND domain <> ALL ($2::text[])';

/** A claim keeps the time it was first heard. */
const claimDomains = `
  INSERT INTO connection_domain_replica (connection_id, domain, claimed_at)
  SELECT $1, domain, $3 FROM unnest($2::text[]) AS domain
  ON CONFLICT DO NOTHING`;

const upsertCredentials = `
  INSERT INTO connection_credentials_replica AS known (connection_id, revision, credentials) VALUES ($1, $2, $3)
  ON CONFLICT (connection_id) DO UPDATE SET revision = excluded.revision, credentials = excluded.credentials
  WHERE known.revision <= excluded.revision`;

const upsertPolicies = `
  INSERT INTO policy_replica AS known (policy_id, revision, policies) VALUES ('environment', $1, $2)
  ON CONFLICT (policy_id) DO UPDATE SET revision = excluded.revision, policies = excluded.policies
  WHERE known.revision <= excluded.revision`;
