import type { UserId } from '@homerealm/domain';
import type { Change } from '../domain/change-identities.js';
import { organizationErrors } from '../domain/organization.errors.js';
import type { User } from '../domain/user.js';
import { userErrors } from '../domain/user.errors.js';
import { DirectoryConflict, type Directory } from './directory.port.js';

const maxTries = 5;

/** Loads a user, decides, stores; decides again when the user was changed meanwhile. Null decides to change nothing. */
export async function changingUser(
  directory: Directory,
  userId: UserId,
  decide: (user: User) => Change | null,
): Promise<User> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const before = await directory.find(userId);
    if (!before) throw userErrors('user.not-found', { userId });
    const change = decide(before);
    if (!change || change.after === before) return before;
    const saved = await unlessChangedMeanwhile(directory.save({ before, ...change }));
    if (saved) return change.after;
  }
  throw userErrors('user.changed-meanwhile', { userId });
}

/** False when the user was changed meanwhile; a unique thing that is taken becomes its refusal. */
export async function unlessChangedMeanwhile(save: Promise<void>): Promise<boolean> {
  try {
    await save;
    return true;
  } catch (error) {
    if (!(error instanceof DirectoryConflict)) throw error;
    if (error.on === 'revision') return false;
    throw refusalOf(error);
  }
}

function refusalOf(error: DirectoryConflict): Error {
  if (error.on === 'verified-email') return userErrors('identity.email-taken', {}, 'email');
  if (error.on === 'verified-phone') return userErrors('identity.phone-taken', {}, 'phone');
  if (error.on === 'username') return userErrors('identity.username-taken', {}, 'username');
  if (error.on === 'pending') return userErrors('identity.pending-taken', {}, 'email');
  if (error.on === 'account') return userErrors('identity.account-taken');
  if (error.on === 'identity') return userErrors('identity.duplicate');
  if (error.on === 'organization') return organizationErrors('organization.not-found', {}, 'organizationId');
  return error;
}
