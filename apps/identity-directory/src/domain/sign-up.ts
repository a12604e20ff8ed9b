import type { OwnSignIn } from '@homerealm/contracts';
import { normalizeUsername, type Check } from '@homerealm/domain';
import { check } from './check-list.js';
import type { Row } from './decision.js';
import { findVerified } from './find-known.js';
import type { Fresh } from './fresh.js';
import { emailIdentity, usernameIdentity } from './identities.js';
import type { EmailProof } from './is-proven-email.js';
import { updateProfile } from './profile.js';
import { added } from './sign-in-outcomes.js';
import { supersedeClaims } from './supersede-claims.js';
import type { Identity, User } from './user.js';

type SignUp = NonNullable<OwnSignIn['signUp']>;

/** Somebody new, by an address they proved: with the names of their form, and the username they asked for. */
export function signUp(
  email: Extract<EmailProof, { proven: true }>,
  wanted: SignUp,
  users: readonly User[],
  fresh: Fresh,
  checks: Check[],
): Row {
  const refusal = refusesUsername(wanted.username, users, checks);
  if (refusal) return { refusal };
  const { userId, identityId, emailIdentityId, now } = fresh;
  const identities: Identity[] = [emailIdentity(emailIdentityId, email.value, true, true)];
  if (wanted.username !== null) identities.push(usernameIdentity(identityId, wanted.username, true));
  const after: User = {
    userId,
    revision: 0,
    status: 'active',
    profile: profileOf(wanted, now),
    identities,
    organizations: [],
    createdAt: now,
  };
  const won = supersedeClaims(users, userId, 'email', email.canon);
  return {
    change: 'created',
    before: null,
    after,
    identityId: emailIdentityId,
    beside: won.beside,
    happened: [
      ...won.happened,
      { type: 'UserCreated', data: { userId, by: 'sign-up', connectionId: null } },
      ...identities.map((one) => added(after, one, 'created')),
    ],
  };
}

function refusesUsername(
  username: string | null,
  users: readonly User[],
  checks: Check[],
): 'username.invalid' | 'username.taken' | null {
  if (username === null) return null;
  const canon = normalizeUsername(username);
  checks.push(check('username.valid', canon !== undefined));
  if (canon === undefined) return 'username.invalid';
  const taken = findVerified(users, 'username', canon) !== undefined;
  checks.push(check('username.free', !taken));
  return taken ? 'username.taken' : null;
}

const profileOf = ({ givenName, familyName, picture }: SignUp, now: string): User['profile'] =>
  updateProfile(
    {},
    { values: { givenName, familyName, picture }, source: 'user', connectionId: null, asOf: now, policy: 'sign-up' },
  ).profile;
