import type { SignInDifference } from '@homerealm/contracts';
import type { Check, OrganizationId, UserId } from '@homerealm/domain';
import { admitToOrganization, type Door } from './admit-to-organization.js';
import { check } from './check-list.js';
import { differenceOf } from './difference.js';
import type { Happened } from './happened.js';
import type { EmailProof } from './is-proven-email.js';
import type { Organization } from './organization.js';
import type { SignInRefusal } from './sign-in.errors.js';
import type { Outcome } from './sign-in-outcomes.js';
import type { User } from './user.js';

/** What the directory holds that this sign-in could concern. More than that does no harm. */
export type Known = { users: readonly User[]; organization: Organization | null };

export type Refused = { outcome: 'refused'; code: SignInRefusal; userId: UserId | null; checks: Check[] };
export type SignedIn = Outcome & {
  outcome: 'signed-in';
  joinedOrganization: boolean;
  emailProven: boolean;
  organizationId: OrganizationId | null;
  /** What the organization asks for; absent when there is none. */
  organization?: Pick<Organization, 'sessionSeconds'>;
  difference: SignInDifference;
  checks: Check[];
};
export type Decision = SignedIn | Refused;

/** What a row of the table says: what it makes of a user, or why it refuses. */
export type Row = Outcome | { refusal: SignInRefusal; user?: User };

export const refuse = (code: SignInRefusal, checks: Check[], user?: User): Refused => ({
  outcome: 'refused',
  code,
  userId: user?.userId ?? null,
  checks,
});

/** What every way to sign in goes through once it is clear who it is: an active user, let into the organization. */
export function conclude(
  row: Row,
  door: Door,
  organization: Organization | null,
  email: EmailProof,
  checks: Check[],
): Decision {
  if ('refusal' in row) return refuse(row.refusal, checks, row.user);
  const { before, after } = row;
  checks.push(check('user.active', after.status === 'active'));
  if (after.status !== 'active') return refuse('user.suspended', checks, after);

  const admission = admitToOrganization(organization, after.organizations, door, email);
  checks.push(...admission.checks);
  if (admission.how === 'refused') return refuse('organization.not-a-member', checks, before ?? undefined);

  const organizationId = organization?.organizationId ?? null;
  const joins = admission.how === 'joins' ? organizationId : null;
  const entered = joins === null ? row : join(row, joins);
  return {
    outcome: 'signed-in',
    ...entered,
    joinedOrganization: joins !== null,
    emailProven: email.proven,
    organizationId,
    ...(organization && { organization: { sessionSeconds: organization.sessionSeconds } }),
    difference: differenceOf(entered, joins),
    checks,
  };
}

function join(row: Outcome, organizationId: OrganizationId): Outcome {
  const after: User = { ...row.after, organizations: [...row.after.organizations, organizationId] };
  const joined: Happened = { type: 'MemberAdded', data: { organizationId, userId: after.userId, by: 'sign-in' } };
  return { ...row, after, happened: [...row.happened, joined] };
}
