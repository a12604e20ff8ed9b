import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Application } from '../domain/application.js';

@Entity('application')
export class ApplicationEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'application_pk' }) id!: string;
  @Column('text') name!: string;
  @Column('text') type!: Application['type'];
  /** Everything an admin sets beside name and type. */
  @Column('jsonb') settings!: Omit<Application, 'id' | 'name' | 'type' | 'createdAt' | 'updatedAt' | 'secrets'>;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

/** Secrets of applications: SHA-256 of 256 random bits. Two may be valid at a time. */
@Entity('application_secret')
@Index('application_secret_application', ['applicationId'])
export class ApplicationSecretEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'application_secret_pk' }) id!: string;
  @Column('text', { name: 'application_id' }) applicationId!: string;
  @Column('text') hash!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
}
