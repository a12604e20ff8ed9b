import type { UpstreamSignIn } from '@homerealm/contracts';
import type { Check, IdentityId, UserId } from '@homerealm/domain';
import { admitToOrganization, findDestination, type Admission } from './admit-to-organization.js';
import { check } from './check-list.js';
import {
  findByAccount,
  findByEnterpriseEmail,
  findByVerifiedEmail,
  findPending,
  findUnverifiedEmail,
} from './find-known.js';
import { refreshIdentity, type ProvenAccount } from './identities.js';
import { isProvenEmail } from './is-proven-email.js';
import type { Happened } from './happened.js';
import type { Organization } from './organization.js';
import { bindAccount, createFromAccount, linkAccount, type Outcome } from './sign-in-outcomes.js';
import type { SignInRefusal } from './sign-in.errors.js';
import { enterpriseIdentityOf, type User } from './user.js';

export type SignIn = Pick<UpstreamSignIn, 'connection' | 'account' | 'organizationId'>;

/** What the directory holds that this sign-in could concern. More than that does no harm. */
export type Known = { users: readonly User[]; organization: Organization | null };

/** Ids for what might be created, and the present moment in ISO 8601. */
export type Fresh = { userId: UserId; identityId: IdentityId; emailIdentityId: IdentityId; now: string };

export type Refused = { outcome: 'refused'; code: SignInRefusal; userId: UserId | null; checks: Check[] };
export type SignedIn = Outcome & {
  outcome: 'signed-in';
  joinedOrganization: boolean;
  emailProven: boolean;
  organizationId: UpstreamSignIn['organizationId'];
  checks: Check[];
};
export type Decision = SignedIn | Refused;

/**
 * Who is this? The table of the product, row by row; the first row that fits decides. Its result is what to store,
 * what happened, and every check on the way.
 */
export function decideSignIn(signIn: SignIn, known: Known, fresh: Fresh): Decision {
  const { connection, account, organizationId } = signIn;
  const proven: ProvenAccount = { connection, account, email: isProvenEmail(connection, account) };

  const destination = findDestination(connection, organizationId, known.organization);
  const checks = [...destination.checks];
  const refuse = (code: SignInRefusal, user?: User): Refused => ({
    outcome: 'refused',
    code,
    userId: user?.userId ?? null,
    checks,
  });
  if (destination.refusal) return refuse(destination.refusal);

  const row = findRow(proven, known.users, fresh, checks);
  if ('refusal' in row) return refuse(row.refusal, row.user);

  const { before, after } = row;
  checks.push(check('user.active', after.status === 'active'));
  if (after.status !== 'active') return refuse('user.suspended', after);

  const { organization } = destination;
  const admission = admitToOrganization(organization, after.organizations, connection, proven.email);
  checks.push(...admission.checks);
  if (admission.how === 'refused') return refuse('organization.not-a-member', before ?? undefined);
  return { outcome: 'signed-in', ...enter(row, admission, organization), emailProven: proven.email.proven, checks };
}

type Row = Outcome | { refusal: SignInRefusal; user?: User };

function findRow(proven: ProvenAccount, users: readonly User[], fresh: Fresh, checks: Check[]): Row {
  const { connection, email } = proven;
  const byAccount = findByAccount(users, proven); // row 1
  checks.push(check('account.known', byAccount !== undefined));
  if (byAccount) return matchAccount(byAccount.user, byAccount.identity.identityId, proven);

  checks.push(check('email.proven', email.proven, { reason: email.reason }));
  const pending = findPending(users, proven); // row 2
  checks.push(check('identity.pending', pending !== undefined));
  if (pending) return bindAccount(pending, proven);

  const byEmail = findByVerifiedEmail(users, proven); // rows 3 to 6
  const claimed = byEmail === undefined && findUnverifiedEmail(users, proven) !== undefined;
  checks.push(check('email.verified-identity', byEmail !== undefined, claimed ? { unverified: true } : undefined));

  const holder = byEmail?.user ?? findByEnterpriseEmail(users, proven)?.user; // row 4
  if (holder && enterpriseIdentityOf(holder)) {
    checks.push(check('user.no-other-enterprise-identity', false));
    return { refusal: 'user.other-enterprise-identity', user: holder };
  }
  if (byEmail) return linkAccount(byEmail.user, proven, fresh.identityId); // row 3

  checks.push(check('user.provisioning', connection.createUsers));
  return connection.createUsers ? createFromAccount(proven, fresh) : { refusal: 'user.not-provisioned' }; // rows 7, 8
}

/** Row 1. Nothing is stored unless the provider says something new about the account. */
function matchAccount(user: User, identityId: IdentityId, proven: ProvenAccount): Outcome {
  const identities = user.identities.map((one) => (one.identityId === identityId ? refreshIdentity(one, proven) : one));
  const changed = identities.some((one, index) => one !== user.identities[index]);
  return { change: 'matched', before: user, after: changed ? { ...user, identities } : user, identityId, happened: [] };
}

function enter(row: Outcome, admission: Admission, organization: Organization | null) {
  const organizationId = organization?.organizationId ?? null;
  if (admission.how !== 'joins' || organizationId === null)
    return { ...row, joinedOrganization: false, organizationId };
  const after: User = { ...row.after, organizations: [...row.after.organizations, organizationId] };
  const joined: Happened = { type: 'MemberAdded', data: { organizationId, userId: after.userId, by: 'sign-in' } };
  return { ...row, after, happened: [...row.happened, joined], joinedOrganization: true, organizationId };
}
