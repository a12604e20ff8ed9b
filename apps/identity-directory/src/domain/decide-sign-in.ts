import type { UpstreamSignIn } from '@homerealm/contracts';
import type { Check } from '@homerealm/domain';
import { findDestination } from './admit-to-organization.js';
import { check } from './check-list.js';
import { conclude, refuse, type Decision, type Known, type Row } from './decision.js';
import { findByAccount, findByEnterpriseEmail, findByVerifiedEmail, findClaims, findPending } from './find-known.js';
import type { Fresh } from './fresh.js';
import type { ProvenAccount } from './identities.js';
import { isProvenEmail } from './is-proven-email.js';
import { bindAccount, createFromAccount, linkAccount, matchAccount, type Outcome } from './sign-in-outcomes.js';
import { supersedeClaims } from './supersede-claims.js';
import { enterpriseIdentityOf, type User } from './user.js';

export type SignIn = Pick<UpstreamSignIn, 'connection' | 'account' | 'organizationId' | 'provenEmail'>;

/**
 * Who is this upstream account? The table of the product, row by row; the first row that fits decides. Its result is
 * what to store, what happened, and every check on the way.
 */
export function decideSignIn(signIn: SignIn, known: Known, fresh: Fresh): Decision {
  const { connection, account, organizationId, provenEmail } = signIn;
  const proven: ProvenAccount = { connection, account, email: isProvenEmail(connection, account, provenEmail) };

  const destination = findDestination(connection, organizationId, known.organization);
  const checks = [...destination.checks];
  if (destination.refusal) return refuse(destination.refusal, checks);

  const row = findRow(proven, known.users, fresh, checks);
  return conclude(winClaims(row, proven, known.users), connection, destination.organization, proven.email, checks);
}

function findRow(proven: ProvenAccount, users: readonly User[], fresh: Fresh, checks: Check[]): Row {
  const { connection, email } = proven;
  const byAccount = findByAccount(users, proven); // row 1
  checks.push(check('account.known', byAccount !== undefined));
  if (byAccount) return matchAccount(byAccount, proven);

  checks.push(check('email.proven', email.proven, { reason: email.reason }));
  const pending = findPending(users, proven); // row 2
  checks.push(check('identity.pending', pending !== undefined));
  if (pending) return bindAccount(pending, proven);

  const byEmail = findByVerifiedEmail(users, email); // rows 3 to 6
  const claimed = byEmail === undefined && findClaims(users, 'email', email.canon).length > 0;
  checks.push(check('email.verified-identity', byEmail !== undefined, claimed ? { unverified: true } : undefined));

  const holder = byEmail?.user ?? findByEnterpriseEmail(users, email)?.user; // row 4
  if (holder && enterpriseIdentityOf(holder)) {
    checks.push(check('user.no-other-enterprise-identity', false));
    return { refusal: 'user.other-enterprise-identity', user: holder };
  }
  if (byEmail) return linkAccount(byEmail.user, proven, fresh.identityId); // row 3

  checks.push(check('user.provisioning', connection.createUsers));
  return connection.createUsers ? createFromAccount(proven, fresh) : { refusal: 'user.not-provisioned' }; // rows 7, 8
}

/** Row 5: an account that comes with a proven email takes the address from everybody who only claimed it. */
function winClaims(row: Row, { email }: ProvenAccount, users: readonly User[]): Row {
  if ('refusal' in row || row.change === 'matched' || !email.proven) return row;
  const { beside, happened } = supersedeClaims(users, row.after.userId, 'email', email.canon);
  const won: Outcome = { ...row, beside, happened: [...happened, ...row.happened] };
  return won;
}
