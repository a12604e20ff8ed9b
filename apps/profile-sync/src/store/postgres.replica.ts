import type { ConnectionSettings, EnvironmentPolicies, SealedCredential } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { type KnownConnection, Replica } from '../use-cases/replica.port.js';
import { ConnectionReplicaEntity, PolicyReplicaEntity } from './replica.entities.js';

const policyKey = 'environment';

@Injectable()
export class PostgresReplica extends Replica {
  constructor(private readonly database: Database) {
    super();
  }

  async rememberConnection(settings: ConnectionSettings): Promise<void> {
    await this.database.sql.query(rememberSettings, [settings.connectionId, JSON.stringify(settings)]);
  }

  async rememberCredentials(connectionId: ConnectionId, credentials: SealedCredential[]): Promise<void> {
    await this.database.sql.query(rememberCredentials, [connectionId, JSON.stringify(credentials)]);
  }

  async forgetConnection(connectionId: ConnectionId): Promise<void> {
    await this.database.sql.query(forgetConnection, [connectionId]);
  }

  async rememberPolicies({ revision, syncProfiles }: EnvironmentPolicies): Promise<void> {
    await this.database.sql.query(rememberPolicies, [policyKey, revision, syncProfiles]);
  }

  async findConnection(connectionId: ConnectionId): Promise<KnownConnection | undefined> {
    const row = await this.database.manager.findOneBy(ConnectionReplicaEntity, { connectionId });
    return row === null ? undefined : { settings: row.settings, credentials: row.credentials };
  }

  async policies(): Promise<EnvironmentPolicies> {
    const row = await this.database.manager.findOneBy(PolicyReplicaEntity, { key: policyKey });
    return row === null
      ? { revision: 0, syncProfiles: true }
      : { revision: row.revision, syncProfiles: row.syncProfiles };
  }
}

/** When the past is told again, what is older than what we know changes nothing. */
const rememberSettings = `
  INSERT INTO connection_replica AS known (connection_id, settings) VALUES ($1, $2)
  ON CONFLICT (connection_id) DO UPDATE SET settings = excluded.settings
  WHERE known.settings IS NULL OR (known.settings ->> 'revision')::int <= (excluded.settings ->> 'revision')::int`;

const rememberCredentials = `
  INSERT INTO connection_replica (connection_id, credentials) VALUES ($1, $2)
  ON CONFLICT (connection_id) DO UPDATE SET credentials = excluded.credentials`;

/** The row stays: a connection that is gone is something else than one that we have not heard of. */
const forgetConnection = `
  INSERT INTO connection_replica (connection_id) VALUES ($1)
  ON CONFLICT (connection_id) DO UPDATE SET settings = NULL, credentials = '[]'`;

const rememberPolicies = `
  INSERT INTO policy_replica AS known (key, revision, sync_profiles) VALUES ($1, $2, $3)
  ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, sync_profiles = excluded.sync_profiles
  WHERE known.revision <= excluded.revision`;
