import type { ConnectionSettings, SealedCredential } from '@homerealm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('connection_replica')
export class ConnectionReplicaEntity {
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_replica_pk' })
  connectionId!: string;
  @Column('jsonb', { nullable: true }) settings!: ConnectionSettings | null;
  @Column('jsonb', { default: [] }) credentials!: SealedCredential[];
}

@Entity('policy_replica')
export class PolicyReplicaEntity {
  @PrimaryColumn('text', { name: 'key', primaryKeyConstraintName: 'policy_replica_pk' }) key!: string;
  @Column('integer') revision!: number;
  @Column('boolean', { name: 'sync_profiles' }) syncProfiles!: boolean;
}
