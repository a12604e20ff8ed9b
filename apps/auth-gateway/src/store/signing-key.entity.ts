import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Keys our tokens are signed with. At most one is current, and at most one next, for an algorithm. */
@Entity('signing_key')
@Index('signing_key_current', ['alg'], { unique: true, where: "state = 'current'" })
@Index('signing_key_next', ['alg'], { unique: true, where: "state = 'next'" })
export class SigningKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'signing_key_pk' }) kid!: string;
  @Column('text') alg!: 'ES256' | 'RS256';
  @Column('text') state!: 'next' | 'current' | 'retired';
  @Column('jsonb', { name: 'public_jwk' }) publicJwk!: Record<string, unknown>;
  /** The private key as PKCS #8 PEM, sealed. */
  @Column('text') sealed!: string;
  @Column('text', { name: 'sealing_key_id' }) sealingKeyId!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'retired_at', nullable: true }) retiredAt!: Date | null;
}
