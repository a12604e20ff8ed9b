import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from './user.entity.js';

/** The answer an attempt got, kept for a day. It holds personal data, so it goes with its user. */
@Entity('sign_in_answer')
@Index('sign_in_answer_user', ['userId'])
@Index('sign_in_answer_answered_at', ['answeredAt'])
export class SignInAnswerEntity {
  @PrimaryColumn({ name: 'attempt_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'sign_in_answer_pk' })
  attemptId!: string;
  @Column({ name: 'user_id', type: 'text', nullable: true, collation: 'C' })
  @ForeignKey(() => UserEntity, { name: 'sign_in_answer_user_fk', onDelete: 'CASCADE' })
  userId!: string | null;
  @Column({ name: 'request_hash', type: 'text' }) requestHash!: string;
  @Column({ type: 'jsonb' }) answer!: object;
  @Column({ name: 'answered_at', type: 'timestamptz' }) answeredAt!: Date;
}
