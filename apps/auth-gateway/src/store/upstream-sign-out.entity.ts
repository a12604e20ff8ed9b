import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DepartureForm } from '../use-cases/upstream.port.js';

const primaryKeyConstraintName = 'upstream_sign_out_pk';

/** Somebody who signed out here and is on the way through their provider. A browser has one at a time. */
@Entity('upstream_sign_out')
@Index('upstream_sign_out_expiry', ['expiresAt'])
export class UpstreamSignOutEntity {
  @PrimaryColumn('text', { name: 'browser_hash', primaryKeyConstraintName }) browserHash!: string;
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName }) connectionId!: string;
  /** SHA-256 of what travels as RelayState. */
  @Column('text', { name: 'handle_hash' }) handleHash!: string;
  @Column('text', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column('jsonb', { nullable: true }) form!: DepartureForm | null;
  @Column('text', { name: 'application_id', nullable: true }) applicationId!: string | null;
  /** The application's own address, as it had registered it. */
  @Column('text', { name: 'registered_uri', nullable: true }) registeredUri!: string | null;
  /** The same with the application's state. */
  @Column('text', { name: 'goes_to', nullable: true }) goesTo!: string | null;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
