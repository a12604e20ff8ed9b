import { Column, Entity, PrimaryColumn } from 'typeorm';

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
