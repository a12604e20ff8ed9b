import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MetadataHealth } from '../domain/metadata-health.js';
import { ConnectionEntity } from './connection.entities.js';

/** When a provider's metadata is read next, and how it went so far. Whoever reads it moves it ahead first. */
@Entity('metadata_turn')
@Index('metadata_turn_due', ['dueAt'])
export class MetadataTurnEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'metadata_turn_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'metadata_turn_pk' })
  connectionId!: string;
  @Column('timestamptz', { name: 'due_at' }) dueAt!: Date;
  @Column('integer', { default: 0 }) failures!: number;
  @Column('text', { nullable: true }) outcome!: MetadataHealth['outcome'];
}

/** The primary key is the rule: a step is told once of a certificate, whose end never moves. */
@Entity('signing_notice')
export class SigningNoticeEntity {
  @ForeignKey(() => ConnectionEntity, { name: 'signing_notice_connection_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'connection_id', primaryKeyConstraintName: 'signing_notice_pk' })
  connectionId!: string;
  @PrimaryColumn('text', { name: 'thumbprint', primaryKeyConstraintName: 'signing_notice_pk' }) thumbprint!: string;
  @PrimaryColumn('integer', { name: 'days_left', primaryKeyConstraintName: 'signing_notice_pk' }) daysLeft!: number;
  @Column('timestamptz', { name: 'told_at' }) toldAt!: Date;
}

export const federationEntities = [MetadataTurnEntity, SigningNoticeEntity];
