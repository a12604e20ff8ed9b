import type { Check } from '@homerealm/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { KnownConnection } from '../use-cases/connections.port.js';
import type { DepartureForm } from '../use-cases/upstream.port.js';

/** A sign-in on its way upstream and back. Rows live for minutes. */
@Entity('sign_in_transaction')
@Index('sign_in_transaction_expiry', ['expiresAt'])
export class SignInTransactionEntity {
  /** SHA-256 of the state, base64url: reading the table gives nobody a usable state. */
  @PrimaryColumn('text', { name: 'state_hash', primaryKeyConstraintName: 'sign_in_transaction_pk' }) stateHash!: string;
  @Column('text', { name: 'browser_hash' }) browserHash!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('int') revision!: number;
  @Column('text') uid!: string;
  @Column('text', { name: 'application_id' }) applicationId!: string;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('text', { name: 'attempt_id' }) attemptId!: string;
  @Column('jsonb') checks!: Check[];
  /** The connector's memory; null once used. */
  @Column('jsonb', { nullable: true }) upstream!: unknown;
  @Column('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt!: Date | null;
  /** Null for everybody’s sign-ins. */
  @Column('text', { name: 'test_run_id', nullable: true }) testRunId!: string | null;
  /** The connection under test, credentials sealed; null once used. */
  @Column('jsonb', { nullable: true }) tested!: KnownConnection | null;
  /** Null where the browser left by an address, and once used. */
  @Column('jsonb', { nullable: true }) form!: DepartureForm | null;
}
