import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DomainProof } from '../domain/domain-proof.js';
import type { ProbeOutcome } from '../domain/probe.js';
import { ConnectionEntity } from './connection.entities.js';

/** The primary key is the rule: a step is told once of a credential and its end. An end that moves begins anew. */
@Entity('credential_notice')
@Index('credential_notice_connection', ['connectionId'])
export class CredentialNoticeEntity {
  @PrimaryColumn('text', { name: 'credential_id', primaryKeyConstraintName: 'credential_notice_pk' })
  credentialId!: string;
  @PrimaryColumn('timestamptz', { name: 'expires_at', primaryKeyConstraintName: 'credential_notice_pk' })
  expiresAt!: Date;
  @PrimaryColumn('integer', { name: 'days_left', primaryKeyConstraintName: 'credential_notice_pk' }) daysLeft!: number;
  @ForeignKey(() => ConnectionEntity, { name: 'credential_notice_connection_fk', onDelete: 'CASCADE' })
  @Column('text', { name: 'connection_id' })
  connectionId!: string;
  @Column('timestamptz', { name: 'told_at' }) toldAt!: Date;
}

/** Rows of credentials are written anew with every change of their connection, so nothing hangs on them. */
@Entity('credential_probe')
@Index('credential_probe_connection', ['connectionId'])
export class CredentialProbeEntity {
  @PrimaryColumn('text', { name: 'credential_id', primaryKeyConstraintName: 'credential_probe_pk' })
  credentialId!: string;
  @ForeignKey(() => ConnectionEntity, { name: 'credential_probe_connection_fk', onDelete: 'CASCADE' })
  @Column('text', { name: 'connection_id' })
  connectionId!: string;
  @Column('text') outcome!: ProbeOutcome;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('text', { array: true }) aadsts!: string[];
  @Column('timestamptz') since!: Date;
  @Column('timestamptz', { name: 'checked_at' }) checkedAt!: Date;
}

/** When a connection's credentials are tried next. Whoever tries them moves it ahead first. */
@Entity('probe_turn')
@Index('probe_turn_due', ['dueAt'])
export class ProbeTurnEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'probe_turn_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'probe_turn_pk' })
  connectionId!: string;
  @Column('timestamptz', { name: 'due_at' }) dueAt!: Date;
}

@Entity('domain_proof')
@Index('domain_proof_due', ['dueAt'])
export class DomainProofEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'domain_proof_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'domain_proof_pk' })
  connectionId!: string;
  @PrimaryColumn('text', { primaryKeyConstraintName: 'domain_proof_pk' }) domain!: string;
  @Column('text') token!: string;
  @Column('text') state!: DomainProof['state'];
  @Column('text', { nullable: true }) problem!: DomainProof['problem'];
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
  @Column('timestamptz', { name: 'checked_at', nullable: true }) checkedAt!: Date | null;
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt!: Date | null;
  @Column('timestamptz', { name: 'due_at' }) dueAt!: Date;
}

export const upkeepEntities = [CredentialNoticeEntity, CredentialProbeEntity, ProbeTurnEntity, DomainProofEntity];
