import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('user')
@Index('user_full_name', ['fullNameKey', 'userId'])
@Index('user_family_name', ['familyNameKey', 'userId'])
@Index('user_suspended', ['userId'], { where: `status = 'suspended'` })
export class UserEntity {
  @PrimaryColumn({ name: 'user_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'user_pk' })
  userId!: string;
  /** Grows with each change: whoever saves says which one they loaded. */
  @Column({ type: 'integer' }) revision!: number;
  @Column({ type: 'text' }) status!: string;
  @Column({ name: 'given_name', type: 'text', nullable: true }) givenName!: string | null;
  @Column({ name: 'family_name', type: 'text', nullable: true }) familyName!: string | null;
  @Column({ type: 'text', nullable: true }) picture!: string | null;
  /** For each attribute: source, connection, moment and policy of its value. */
  @Column({ type: 'jsonb' }) provenance!: object;
  /** Names as they are searched: lower case, given name first. */
  @Column({ name: 'full_name_key', type: 'text', collation: 'C' }) fullNameKey!: string;
  @Column({ name: 'family_name_key', type: 'text', collation: 'C' }) familyNameKey!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
