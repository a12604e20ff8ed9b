import type { Check } from '@homerealm/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'sign_in_code_pk';

/** A one-time code on its way to somebody and back. Rows live for minutes. */
@Entity('sign_in_code')
@Index('sign_in_code_expiry', ['expiresAt'])
export class SignInCodeEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName }) uid!: string;
  @PrimaryColumn('text', { name: 'browser_hash', primaryKeyConstraintName }) browserHash!: string;
  @PrimaryColumn('text', { primaryKeyConstraintName }) purpose!: string;
  /** HMAC of the code with everything it belongs to: reading the table gives nobody a code. */
  @Column('text', { name: 'code_hash' }) codeHash!: string;
  @Column('text', { name: 'attempt_id' }) attemptId!: string;
  @Column('text', { name: 'application_id', nullable: true }) applicationId!: string | null;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('text', { name: 'connection_id', nullable: true }) connectionId!: string | null;
  @Column('jsonb') checks!: Check[];
  /** Sealed: who asked, and where the code went. */
  @Column('text') memory!: string;
  @Column('int', { name: 'wrong_tries', default: 0 }) wrongTries!: number;
  @Column('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'proved_at', nullable: true }) provedAt!: Date | null;
}

/** How often something was done in a window that all processes share. */
@Entity('sign_in_limit')
@Index('sign_in_limit_end', ['endsAt'])
export class SignInLimitEntity {
  /** What is counted, and a keyed hash of whom it is counted for. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sign_in_limit_pk' }) key!: string;
  @Column('int') count!: number;
  @Column('timestamptz', { name: 'ends_at' }) endsAt!: Date;
}
