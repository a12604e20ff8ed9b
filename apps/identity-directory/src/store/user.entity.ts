import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('user')
@Index('user_full_name', ['fullNameKey', 'userId'])
@Index('user_family_name', ['familyNameKey', 'userId'])
@Index('user_provided_id_unique', ['providedId'], { unique: true, where: 'provided_id IS NOT NULL' })
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
  /** The caller's own key for them, given by an import. */
  @Column({ name: 'provided_id', type: 'text', nullable: true, collation: 'C' }) providedId!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
