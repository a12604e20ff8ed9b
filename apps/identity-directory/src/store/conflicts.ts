import { DirectoryConflict, type ConflictOn } from '../use-cases/directory.port.js';

/** Which index or key stands for what. */
const meanings: Record<string, ConflictOn> = {
  sign_in_answer_pk: 'attempt',
  identity_account_unique: 'account',
  identity_verified_email_unique: 'verified-email',
  identity_verified_phone_unique: 'verified-phone',
  identity_username_unique: 'username',
  identity_pending_email_unique: 'pending',
  identity_pending_object_unique: 'pending',
  identity_one_enterprise: 'revision',
  identity_one_primary: 'revision',
  identity_user_fk: 'revision',
  membership_pk: 'revision',
  membership_user_fk: 'revision',
  membership_organization_fk: 'organization',
  sign_in_answer_user_fk: 'revision',
  identity_link_user_fk: 'revision',
};

/** The name of the constraint a statement ran into, or undefined when it failed for another reason. */
export function constraintOf(error: unknown): string | undefined {
  const { driverError } = (error ?? {}) as { driverError?: { code?: string; constraint?: string } };
  const broken = driverError?.code === '23505' || driverError?.code === '23503';
  return broken ? driverError.constraint : undefined;
}

/** The driver's error as the port says it. Its details hold values, so they are left behind. */
export function toConflict(error: unknown): unknown {
  if (isDeadlock(error)) return new DirectoryConflict('revision');
  const on = meanings[constraintOf(error) ?? ''];
  return on ? new DirectoryConflict(on) : error;
}

/** Two changes of the same users in another order: one of them was given up, and is decided again. */
const isDeadlock = (error: unknown): boolean =>
  ((error ?? {}) as { driverError?: { code?: string } }).driverError?.code === '40P01';
