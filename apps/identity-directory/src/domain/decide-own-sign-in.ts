import type { OwnSignIn } from '@homerealm/contracts';
import { normalizeEmail, normalizePhone, normalizeUsername, type Check } from '@homerealm/domain';
import { findDestination, ownDoor } from './admit-to-organization.js';
import { check } from './check-list.js';
import { conclude, refuse, type Decision, type Known, type Row } from './decision.js';
import { findByEnterpriseEmail, findClaims, findVerified, findWaitingFor, type Found } from './find-known.js';
import type { Fresh } from './fresh.js';
import type { EmailProof } from './is-proven-email.js';
import { signUp } from './sign-up.js';
import { supersedeClaims } from './supersede-claims.js';
import { enterpriseIdentityOf, type User } from './user.js';
import { verifiedNow } from './verify-identity.js';

export type OwnSignInAsked = Pick<OwnSignIn, 'proof' | 'signUp' | 'organizationId'>;

/**
 * Who is it that proved an address, a number, or the address behind a username to us? Users of an enterprise account
 * are proven by their provider alone. Somebody unknown becomes a user only by an address, and only where asked for.
 */
export function decideOwnSignIn(asked: OwnSignInAsked, known: Known, fresh: Fresh): Decision {
  const destination = findDestination(ownDoor, asked.organizationId, known.organization);
  const checks = [...destination.checks];
  if (destination.refusal) return refuse(destination.refusal, checks);

  const email = emailProofOf(asked);
  const row = findRow(asked, email, known.users, fresh, checks);
  return conclude(row, ownDoor, destination.organization, email, checks);
}

function findRow(asked: OwnSignInAsked, email: EmailProof, users: readonly User[], fresh: Fresh, checks: Check[]): Row {
  const { proof } = asked;
  if (proof.by === 'username') return byUsername(proof.username, email, users, checks);
  const canon = proof.by === 'email' ? email.canon : (normalizePhone(proof.phone) ?? null);
  if (canon === null) return { refusal: 'user.not-provisioned' };

  const holder = findVerified(users, proof.by, canon);
  checks.push(check('identity.verified', holder !== undefined, { by: proof.by }));
  if (holder) return match(holder, checks);

  const exclusive = findByEnterpriseEmail(users, email) ?? (email.proven && findWaitingFor(users, email.canon));
  checks.push(check('user.not-enterprise', !exclusive));
  if (exclusive) return { refusal: 'user.enterprise-only', user: exclusive.user };

  const claim = findClaims(users, proof.by, canon).find(({ user }) => user.identities.length === 1); // row 5
  if (claim) return winClaim(claim, proof.by, canon, users, checks);

  const wanted = email.proven ? asked.signUp : null;
  checks.push(check('user.provisioning', wanted !== null));
  if (!wanted || !email.proven) return { refusal: 'user.not-provisioned' };
  return signUp(email, wanted, users, fresh, checks);
}

/** A name signs in by the verified address of its user, and by no other. */
function byUsername(username: string, email: EmailProof, users: readonly User[], checks: Check[]): Row {
  const canon = normalizeUsername(username);
  const holder = canon === undefined ? undefined : findVerified(users, 'username', canon);
  checks.push(check('identity.verified', holder !== undefined, { by: 'username' }));
  const theirs = holder?.user.identities.some(
    (one) => one.type === 'email' && one.verified && email.proven && one.canon === email.canon,
  );
  if (!holder) return { refusal: 'user.not-provisioned' };
  checks.push(check('username.email', theirs === true));
  return theirs ? match(holder, checks) : { refusal: 'user.not-provisioned' };
}

function match({ user, identity }: Found, checks: Check[]): Row {
  const enterprise = enterpriseIdentityOf(user) !== undefined;
  checks.push(check('user.not-enterprise', !enterprise));
  if (enterprise) return { refusal: 'user.enterprise-only', user };
  return { change: 'matched', before: user, after: user, identityId: identity.identityId, happened: [] };
}

/** Row 5: the address is all this user has, so whoever proves it is that user; from here on it is verified. */
function winClaim(
  { user, identity }: Found,
  type: 'email' | 'phone',
  canon: string,
  users: readonly User[],
  checks: Check[],
): Row {
  checks.push(check('identity.only-claim', true));
  const { after, happened } = verifiedNow(user, identity);
  const won = supersedeClaims(users, user.userId, type, canon);
  return {
    change: 'matched',
    before: user,
    after,
    identityId: identity.identityId,
    happened: [...won.happened, ...happened],
    beside: won.beside,
  };
}

function emailProofOf({ proof }: OwnSignInAsked): EmailProof {
  const value = proof.by === 'phone' ? undefined : proof.email;
  const canon = value === undefined ? undefined : normalizeEmail(value);
  if (value === undefined || canon === undefined) return { proven: false, reason: 'no-email', canon: null };
  return { proven: true, reason: 'proved-here', value, canon };
}
