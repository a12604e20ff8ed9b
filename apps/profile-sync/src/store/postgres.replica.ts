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
    await this.upsert({ connectionId: settings.connectionId, settings }, ['settings']);
  }

  async rememberCredentials(connectionId: ConnectionId, credentials: SealedCredential[]): Promise<void> {
    await this.upsert({ connectionId, credentials }, ['credentials']);
  }

  async forgetConnection(connectionId: ConnectionId): Promise<void> {
    await this.upsert({ connectionId, settings: null, credentials: [] }, ['settings', 'credentials']);
  }

  async rememberPolicies({ revision, syncProfiles }: EnvironmentPolicies): Promise<void> {
    await this.database.manager.upsert(PolicyReplicaEntity, { key: policyKey, revision, syncProfiles }, ['key']);
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

  private async upsert(
    row: Partial<ConnectionReplicaEntity>,
    overwrite: (keyof ConnectionReplicaEntity)[],
  ): Promise<void> {
    const columns = { connectionId: 'connection_id', settings: 'settings', credentials: 'credentials' };
    await this.database.manager
      .createQueryBuilder()
      .insert()
      .into(ConnectionReplicaEntity)
      .values(row)
      .orUpdate(
        overwrite.map((key) => columns[key]),
        ['connection_id'],
      )
      .execute();
  }
}
