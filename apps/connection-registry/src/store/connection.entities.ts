import type {
  ConnectionSettings,
  EntraConnectionSettings,
  OwnSignInPolicies,
  SamlConnectionSettings,
  SocialConnectionSettings,
  TestReport,
  WsfedConnectionSettings,
} from '@homerealm/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Enabling, Proof } from '../domain/connection.js';
import type { TenantRequest } from '../domain/tenant-request.js';
import type { TestRun } from '../domain/test-run.js';

/** Settings that have a column or table of their own, or are derived when read. */
export const columnsOrDerived = [
  ...(['connectionId', 'revision', 'state', 'strategy', 'name', 'organizationId'] as const),
  ...(['homeRealmDomains', 'callbackUrl'] as const),
] as const;
type Elsewhere = (typeof columnsOrDerived)[number];
export type StoredSettings =
  | Omit<EntraConnectionSettings, Elsewhere>
  | Omit<SocialConnectionSettings, Elsewhere>
  | Omit<WsfedConnectionSettings, Elsewhere>
  | Omit<SamlConnectionSettings, Elsewhere>;

@Entity('connection')
@Index('connection_name_unique', ['nameKey'], { unique: true })
@Index('connection_organization', ['organizationId'])
export class ConnectionEntity {
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'connection_pk' }) connectionId!: string;
  @Column('integer') revision!: number;
  @Column('text') state!: ConnectionSettings['state'];
  @Column('text') strategy!: ConnectionSettings['strategy'];
  @Column('text') name!: string;
  /** The name in lower case: names are unique ignoring case. */
  @Column('text', { name: 'name_key' }) nameKey!: string;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('jsonb') settings!: StoredSettings;
  @Column('jsonb', { nullable: true }) enabling!: Enabling | null;
  @Column('jsonb', { nullable: true }) proofs!: readonly Proof[] | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

/** The primary key is the rule: a domain leads to one connection. */
@Entity('home_realm_domain')
@Index('home_realm_domain_connection', ['connectionId'])
export class HomeRealmDomainEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'home_realm_domain_pk' }) domain!: string;
  @ForeignKey(() => ConnectionEntity, { name: 'home_realm_domain_connection_fk', onDelete: 'CASCADE' })
  @Column('text', { name: 'connection_id' })
  connectionId!: string;
  /** Place in the list as the admin gave it. */
  @Column('integer') position!: number;
}

@Entity('credential')
@Index('credential_connection', ['connectionId'])
export class CredentialEntity {
  @PrimaryColumn('text', { name: 'credential_id', primaryKeyConstraintName: 'credential_pk' }) credentialId!: string;
  @ForeignKey(() => ConnectionEntity, { name: 'credential_connection_fk', onDelete: 'CASCADE' })
  @Column('text', { name: 'connection_id' })
  connectionId!: string;
  @Column('text') kind!: 'client-secret' | 'certificate';
  @Column('text') sealed!: string;
  @Column('text', { name: 'sealing_key_id' }) sealingKeyId!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
}

/** Who changed what, and when. Outlives what it is about. Holds names of fields, never their values. */
@Entity('change')
export class ChangeEntity {
  /** A connection id, or `environment` for the policies. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'change_pk' }) subject!: string;
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'change_pk' }) revision!: number;
  @Column('text') action!: string;
  @Column('text', { name: 'made_by' }) madeBy!: string;
  @Column('timestamptz', { name: 'made_at' }) madeAt!: Date;
  @Column('text', { array: true }) changed!: string[];
  /** Why a connection was enabled without a test, and the hash of what it looked like. */
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { name: 'config_hash', nullable: true }) configHash!: string | null;
}

@Entity('environment_policies')
export class PoliciesEntity {
  /** Always `environment`: there is one row. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'environment_policies_pk' }) key!: string;
  @Column('integer') revision!: number;
  @Column('boolean', { name: 'sync_profiles' }) syncProfiles!: boolean;
  @Column('jsonb', { name: 'own_sign_in', nullable: true }) ownSignIn!: OwnSignInPolicies | null;
}

@Entity('test_run')
@Index('test_run_connection', ['connectionId', 'testRunId'])
@Index('test_run_created', ['createdAt'])
export class TestRunEntity {
  @PrimaryColumn('text', { name: 'test_run_id', primaryKeyConstraintName: 'test_run_pk' }) testRunId!: string;
  @ForeignKey(() => ConnectionEntity, { name: 'test_run_connection_fk', onDelete: 'CASCADE' })
  @Column('text', { name: 'connection_id' })
  connectionId!: string;
  @Column('text', { name: 'config_hash' }) configHash!: string;
  @Column('text', { name: 'ticket_hash' }) ticketHash!: string;
  @Column('text') state!: TestRun['state'];
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
  @Column('jsonb', { nullable: true }) report!: TestReport | null;
}

/** The primary key is the rule: a tenant asks once for each connection. */
@Entity('tenant_request')
@Index('tenant_request_seen', ['connectionId', 'firstSeenAt', 'tenantId'])
export class TenantRequestEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'tenant_request_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'tenant_request_pk' })
  connectionId!: string;
  @PrimaryColumn('text', { name: 'tenant_id', primaryKeyConstraintName: 'tenant_request_pk' }) tenantId!: string;
  @Column('timestamptz', { name: 'first_seen_at' }) firstSeenAt!: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt!: Date;
  @Column('integer') tries!: number;
  @Column('text') decision!: TenantRequest['decision'];
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt!: Date | null;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy!: string | null;
}

/** Tries of tenants that came when too many were waiting. */
@Entity('tenant_request_overflow')
export class TenantRequestOverflowEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'tenant_request_overflow_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'tenant_request_overflow_pk' })
  connectionId!: string;
  @Column('integer') tries!: number;
}

export const entities = [
  ...[ConnectionEntity, HomeRealmDomainEntity, CredentialEntity, ChangeEntity, PoliciesEntity],
  ...[TestRunEntity, TenantRequestEntity, TenantRequestOverflowEntity],
];
