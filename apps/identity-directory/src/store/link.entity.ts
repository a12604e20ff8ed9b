import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from './user.entity.js';

/** How an account came to a user who was there before. What it replaced is personal data, so it goes with the user. */
@Entity('identity_link')
@Index('identity_link_user', ['userId', 'linkId'])
export class LinkEntity {
  @PrimaryColumn({ name: 'link_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'identity_link_pk' })
  linkId!: string;
  @Column({ name: 'user_id', type: 'text', collation: 'C' })
  @ForeignKey(() => UserEntity, { name: 'identity_link_user_fk', onDelete: 'CASCADE' })
  userId!: string;
  @Column({ name: 'identity_id', type: 'text', collation: 'C' }) identityId!: string;
  @Column({ type: 'text' }) type!: string;
  @Column({ name: 'connection_id', type: 'text', collation: 'C' }) connectionId!: string;
  @Column({ name: 'attempt_id', type: 'text', collation: 'C' }) attemptId!: string;
  @Column({ name: 'linked_at', type: 'timestamptz' }) linkedAt!: Date;
  @Column({ type: 'text' }) rule!: string;
  @Column({ type: 'text' }) proof!: string;
  /** Whole identities, so that undoing the link can give them back. */
  @Column({ type: 'jsonb' }) replaced!: object;
  @Column({ name: 'undone_at', type: 'timestamptz', nullable: true }) undoneAt!: Date | null;
  @Column({ name: 'undone_user_id', type: 'text', nullable: true, collation: 'C' }) undoneUserId!: string | null;
}
