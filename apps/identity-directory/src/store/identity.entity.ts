import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from './user.entity.js';

const pending = `type = 'enterprise' AND account_key IS NULL`;

@Entity('identity')
@Index('identity_account_unique', ['accountKey'], { unique: true, where: 'account_key IS NOT NULL' })
@Index('identity_verified_email_unique', ['canon'], { unique: true, where: `type = 'email' AND verified` })
@Index('identity_verified_phone_unique', ['canon'], { unique: true, where: `type = 'phone' AND verified` })
@Index('identity_username_unique', ['canon'], { unique: true, where: `type = 'username'` })
@Index('identity_pending_email_unique', ['connectionId', 'canon'], { unique: true, where: pending })
@Index('identity_pending_object_unique', ['connectionId', 'expectedObjectId'], {
  unique: true,
  where: `${pending} AND expected_object_id IS NOT NULL`,
})
@Index('identity_one_enterprise', ['userId'], { unique: true, where: `type = 'enterprise'` })
@Index('identity_one_primary', ['userId', 'type'], { unique: true, where: 'is_primary' })
@Index('identity_connection', ['connectionId', 'identityId'], { where: 'account_key IS NOT NULL' })
@Index('identity_user', ['userId'])
@Index('identity_canon', ['canon', 'userId'])
export class IdentityEntity {
  @PrimaryColumn({ name: 'identity_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'identity_pk' })
  identityId!: string;
  @Column({ name: 'user_id', type: 'text', collation: 'C' })
  @ForeignKey(() => UserEntity, { name: 'identity_user_fk', onDelete: 'CASCADE' })
  userId!: string;
  @Column({ type: 'text' }) type!: string;
  @Column({ type: 'text', nullable: true }) value!: string | null;
  /** The form in which values are compared. */
  @Column({ type: 'text', nullable: true, collation: 'C' }) canon!: string | null;
  @Column({ type: 'boolean' }) verified!: boolean;
  @Column({ name: 'email_proven', type: 'boolean' }) emailProven!: boolean;
  @Column({ name: 'is_primary', type: 'boolean' }) isPrimary!: boolean;
  @Column({ name: 'connection_id', type: 'text', nullable: true, collation: 'C' }) connectionId!: string | null;
  @Column({ type: 'jsonb', nullable: true }) account!: object | null;
  /** The account as one text; see `upstreamAccountText`. */
  @Column({ name: 'account_key', type: 'text', nullable: true, collation: 'C' }) accountKey!: string | null;
  @Column({ name: 'pairwise_subject', type: 'text', nullable: true }) pairwiseSubject!: string | null;
  @Column({ name: 'expected_object_id', type: 'text', nullable: true, collation: 'C' })
  expectedObjectId!: string | null;
  @Column({ name: 'as_of', type: 'timestamptz', nullable: true }) asOf!: Date | null;
  /** What the provider said about its email. */
  @Column({ name: 'provider_word', type: 'jsonb', nullable: true }) providerWord!: object | null;
}
