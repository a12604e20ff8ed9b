import type { ConnectionSettings, EnvironmentPolicies, SealedCredential } from '@homerealm/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('connection_replica')
@Index('connection_replica_button', ['organizationId', 'displayName'], { where: "wants_button AND state = 'enabled'" })
export class ConnectionReplicaEntity {
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_replica_pk' })
  connectionId!: string;
  @Column('int') revision!: number;
  @Column('text') state!: string;
  /** Null: for the whole environment. */
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('text', { name: 'display_name' }) displayName!: string;
  @Column('boolean', { name: 'wants_button' }) wantsButton!: boolean;
  @Column('jsonb') settings!: ConnectionSettings;
}

/** While a domain moves from one connection to another, both may claim it for a moment: the newest claim holds. */
@Entity('connection_domain_replica')
@Index('connection_domain_replica_connection', ['connectionId'])
export class ConnectionDomainReplicaEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'connection_domain_replica_pk' }) domain!: string;
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_domain_replica_pk' })
  connectionId!: string;
  @Column('timestamptz', { name: 'claimed_at' }) claimedAt!: Date;
}

@Entity('connection_credentials_replica')
export class ConnectionCredentialsReplicaEntity {
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_credentials_replica_pk' })
  connectionId!: string;
  @Column('int') revision!: number;
  /** Sealed. */
  @Column('jsonb') credentials!: SealedCredential[];
}

@Entity('policy_replica')
export class PolicyReplicaEntity {
  /** Always `environment`. */
  @PrimaryColumn('text', { name: 'policy_id', primaryKeyConstraintName: 'policy_replica_pk' }) policyId!: string;
  @Column('int') revision!: number;
  @Column('jsonb') policies!: EnvironmentPolicies;
}
