import type { Check } from '@homerealm/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { UpstreamTrouble } from '../domain/attempt.js';

/** The decision record of one try. Attempt ids sort by time, so the primary key serves every list. */
@Entity('sign_in_attempt')
@Index('sign_in_attempt_code', ['code', 'attemptId'], { where: 'code IS NOT NULL' })
@Index('sign_in_attempt_connection', ['connectionId', 'attemptId'])
@Index('sign_in_attempt_organization', ['organizationId', 'attemptId'], { where: 'organization_id IS NOT NULL' })
@Index('sign_in_attempt_application', ['applicationId', 'attemptId'], { where: 'application_id IS NOT NULL' })
@Index('sign_in_attempt_user', ['userId', 'attemptId'], { where: 'user_id IS NOT NULL' })
export class SignInAttemptEntity {
  @PrimaryColumn('text', { name: 'attempt_id', primaryKeyConstraintName: 'sign_in_attempt_pk' }) attemptId!: string;
  @Column('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @Column('timestamptz', { name: 'finished_at' }) finishedAt!: Date;
  @Column('text') outcome!: 'signed-in' | 'refused' | 'abandoned';
  @Column('text', { nullable: true }) code!: string | null;
  @Column('text', { name: 'application_id', nullable: true }) applicationId!: string | null;
  @Column('text', { name: 'connection_id', nullable: true }) connectionId!: string | null;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  @Column('text', { name: 'user_id', nullable: true }) userId!: string | null;
  @Column('jsonb', { nullable: true }) upstream!: UpstreamTrouble | null;
  @Column('jsonb') checks!: Check[];
}
