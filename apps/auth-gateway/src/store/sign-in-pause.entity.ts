import type { Check } from '@homerealm/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'sign_in_pause_pk';

/** A sign-in that waits for the email its provider did not give. Rows live for minutes. */
@Entity('sign_in_pause')
@Index('sign_in_pause_expiry', ['expiresAt'])
@Index('sign_in_pause_attempt', ['attemptId'])
export class SignInPauseEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName }) uid!: string;
  @PrimaryColumn('text', { name: 'browser_hash', primaryKeyConstraintName }) browserHash!: string;
  @Column('text', { name: 'attempt_id' }) attemptId!: string;
  @Column('text', { name: 'application_id' }) applicationId!: string;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('jsonb') checks!: Check[];
  /** Sealed: the account that was proved, and the sign-in it belongs to. */
  @Column('text') sealed!: string;
  @Column('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
