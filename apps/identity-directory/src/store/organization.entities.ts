import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from './user.entity.js';

@Entity('organization')
@Index('organization_external_id_unique', ['externalId'], { unique: true })
export class OrganizationEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'organization_pk' })
  organizationId!: string;
  @Column({ type: 'integer' }) revision!: number;
  @Column({ type: 'text' }) name!: string;
  @Column({ name: 'external_id', type: 'text', nullable: true, collation: 'C' }) externalId!: string | null;
  @Column({ type: 'boolean' }) suspended!: boolean;
  @Column({ name: 'auto_join', type: 'boolean' }) autoJoin!: boolean;
  @Column({ name: 'allowed_domains', type: 'jsonb' }) allowedDomains!: string[];
  @Column({ name: 'session_seconds', type: 'integer', nullable: true }) sessionSeconds!: number | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

@Entity('membership')
@Index('membership_user', ['userId'])
export class MembershipEntity {
  @PrimaryColumn({ name: 'organization_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'membership_pk' })
  @ForeignKey(() => OrganizationEntity, { name: 'membership_organization_fk' })
  organizationId!: string;
  @PrimaryColumn({ name: 'user_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'membership_pk' })
  @ForeignKey(() => UserEntity, { name: 'membership_user_fk', onDelete: 'CASCADE' })
  userId!: string;
  @Column({ name: 'joined_by', type: 'text' }) joinedBy!: string;
  @Column({ name: 'joined_at', type: 'timestamptz' }) joinedAt!: Date;
}
