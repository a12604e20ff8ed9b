import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SignInFacts } from '../domain/sign-in-facts.js';

/** Sessions, interactions, grants, codes and refresh tokens of the OpenID provider. */
@Entity('oidc_record')
@Index('oidc_record_grant', ['grantId'], { where: 'grant_id IS NOT NULL' })
@Index('oidc_record_session', ['sessionUid'], { where: "kind = 'Session'" })
@Index('oidc_record_user', ['userId'], { where: 'user_id IS NOT NULL' })
@Index('oidc_record_upstream', ['upstreamKey'], { where: 'upstream_key IS NOT NULL' })
@Index('oidc_record_expiry', ['expiresAt'])
export class OidcRecordEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'oidc_record_pk' }) kind!: string;
  /** Of what a browser or an application holds as a secret, only the SHA-256 is kept. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'oidc_record_pk' }) id!: string;
  @Column('text', { name: 'grant_id', nullable: true }) grantId!: string | null;
  @Column('text', { name: 'session_uid', nullable: true }) sessionUid!: string | null;
  @Column('text', { name: 'user_id', nullable: true }) userId!: string | null;
  @Column('text', { nullable: true }) binding!: string | null;
  @Column('jsonb') payload!: Record<string, unknown>;
  @Column('jsonb', { nullable: true }) facts!: SignInFacts | null;
  /** Sessions and grants of providers that end sessions: `upstreamKey` of connection and name. */
  @Column('text', { name: 'upstream_key', nullable: true }) upstreamKey!: string | null;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'consumed_at', nullable: true }) consumedAt!: Date | null;
}
