import type { UpstreamClaims } from '@homerealm/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('person')
@Index('person_refresh_due', ['refreshNextAt'], { where: 'refresh_next_at IS NOT NULL' })
export class PersonEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'person_pk' }) userId!: string;
  @Column('boolean', { default: false }) erased!: boolean;
  @Column('text', { name: 'claims_connection_id', nullable: true }) claimsConnectionId!: string | null;
  @Column('text', { name: 'claims_attempt_id', nullable: true }) claimsAttemptId!: string | null;
  @Column('timestamptz', { name: 'claims_as_of', nullable: true }) claimsAsOf!: Date | null;
  @Column('jsonb', { nullable: true }) claims!: UpstreamClaims | null;
  @Column('text', { name: 'claims_outcome', nullable: true }) claimsOutcome!: string | null;
  @Column('text', { name: 'groups_connection_id', nullable: true }) groupsConnectionId!: string | null;
  @Column('text', { name: 'groups_completeness', nullable: true }) groupsCompleteness!: 'complete' | 'unknown' | null;
  @Column('timestamptz', { name: 'groups_as_of', nullable: true }) groupsAsOf!: Date | null;
  @Column('text', { array: true, nullable: true }) groups!: string[] | null;
  @Column('timestamptz', { name: 'groups_read_at', nullable: true }) groupsReadAt!: Date | null;
  @Column('text', { name: 'refresh_connection_id', nullable: true }) refreshConnectionId!: string | null;
  @Column('text', { name: 'refresh_tenant_id', nullable: true }) refreshTenantId!: string | null;
  @Column('text', { name: 'refresh_object_id', nullable: true }) refreshObjectId!: string | null;
  @Column('integer', { name: 'refresh_tries', nullable: true }) refreshTries!: number | null;
  @Column('timestamptz', { name: 'refresh_next_at', nullable: true }) refreshNextAt!: Date | null;
}
