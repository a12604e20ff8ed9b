import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Groups of users as profile-sync last told. */
@Entity('user_groups')
export class UserGroupsEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'user_groups_pk' }) userId!: string;
  @Column('text', { name: 'connection_id' }) connectionId!: string;
  @Column('text') completeness!: 'complete' | 'unknown';
  @Column('timestamptz', { name: 'as_of' }) asOf!: Date;
  @Column('jsonb', { nullable: true }) groups!: string[] | null;
}

/** Users who may not sign in. */
@Entity('ended_user')
export class EndedUserEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'ended_user_pk' }) userId!: string;
}

/** Organizations nobody may sign in to. */
@Entity('ended_organization')
export class EndedOrganizationEntity {
  @PrimaryColumn('text', { name: 'organization_id', primaryKeyConstraintName: 'ended_organization_pk' })
  organizationId!: string;
}

/** Memberships and identities that users no longer have, for as long as a sign-in with them may be on its way. */
@Entity('ended_part')
@Index('ended_part_time', ['endedAt'])
export class EndedPartEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'ended_part_pk' }) userId!: string;
  /** `organization:<id>`, `connection:<id>`; `connection:` alone is what our own codes prove. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'ended_part_pk' }) part!: string;
  @Column('timestamptz', { name: 'ended_at' }) endedAt!: Date;
}

/** Sessions of many that are to end, step by step. */
@Entity('session_ending')
export class SessionEndingEntity {
  @PrimaryColumn('uuid', { name: 'ending_id', primaryKeyConstraintName: 'session_ending_pk' }) endingId!: string;
  @Column('text', { name: 'connection_id', nullable: true }) connectionId!: string | null;
  @Column('text', { name: 'organization_id', nullable: true }) organizationId!: string | null;
  /** Sign-ins from then on are not meant. */
  @Column('timestamptz', { name: 'asked_at' }) askedAt!: Date;
}

/** An application is to be told that a session ended. The row goes when it was, or when there is nobody to tell. */
@Entity('logout_notice')
@Index('logout_notice_next', ['nextTryAt'])
export class LogoutNoticeEntity {
  @PrimaryColumn('uuid', { name: 'notice_id', primaryKeyConstraintName: 'logout_notice_pk' }) noticeId!: string;
  @Column('text', { name: 'application_id' }) applicationId!: string;
  @Column('text', { name: 'user_id' }) userId!: string;
  @Column('text', { name: 'session_id', nullable: true }) sessionId!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'next_try_at' }) nextTryAt!: Date;
  @Column('int') tries!: number;
}
