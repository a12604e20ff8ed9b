import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A signed message of a provider that was used. The primary key is the rule: one of many gets in. */
@Entity('used_assertion')
@Index('used_assertion_expiry', ['expiresAt'])
export class UsedAssertionEntity {
  /** SHA-256 of connection, issuer and id of the message, base64url. */
  @PrimaryColumn('text', { name: 'key_hash', primaryKeyConstraintName: 'used_assertion_pk' }) keyHash!: string;
  /** From then on the message is refused for its age. */
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
