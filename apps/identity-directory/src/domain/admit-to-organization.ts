import { emailDomain, type Check, type OrganizationId } from '@homerealm/domain';
import { check } from './check-list.js';
import type { EmailProof, SignInConnection } from './is-proven-email.js';
import type { Organization } from './organization.js';
import type { SignInRefusal } from './sign-in.errors.js';

/** What somebody comes through, as far as organizations care: a connection, or our own sign-in, which is nobody's. */
export type Door = Pick<SignInConnection, 'organizationId' | 'autoJoinOrganization'>;
export const ownDoor: Door = { organizationId: null, autoJoinOrganization: false };

/** Which organization a sign-in is for, if any, and whether that organization takes sign-ins at all. */
export type Destination =
  { refusal: null; organization: Organization | null; checks: Check[] } | { refusal: SignInRefusal; checks: Check[] };

/**
 * A connection of an organization never signs anybody into another one. Without `org_code` such a connection leads to
 * its own organization; an environment-wide one leads to none.
 */
export function findDestination(
  connection: Door,
  asked: OrganizationId | null,
  found: Organization | null,
): Destination {
  const wanted = destinationId(connection, asked);
  if (wanted === null) return { refusal: null, organization: null, checks: [] };

  const details = { organizationId: wanted };
  const matches = connection.organizationId === null || connection.organizationId === wanted;
  const checks = [check('organization.connection-match', matches, details)];
  if (!matches) return { refusal: 'organization.connection-mismatch', checks };

  checks.push(check('organization.found', found !== null, details));
  if (!found) return { refusal: 'organization.not-found', checks };

  checks.push(check('organization.active', !found.suspended, details));
  if (found.suspended) return { refusal: 'organization.suspended', checks };
  return { refusal: null, organization: found, checks };
}

/** The id of the organization a sign-in is for: the one asked for, else the connection's own. */
export const destinationId = (connection: Door, asked: OrganizationId | null): OrganizationId | null =>
  asked ?? connection.organizationId;

/** `joins` makes the user a member; `guest` lets in without membership. */
export type Admission = { how: 'none' | 'member' | 'joins' | 'guest' | 'refused'; checks: Check[] };

/**
 * May this user enter this organization? Members may. Others join when the organization's own connection says so, or
 * when the organization takes people with a proven email of its allowed domains. The organization's own connection
 * also lets in, as a guest, somebody who belongs to no organization; never somebody who belongs to others only.
 */
export function admitToOrganization(
  organization: Organization | null,
  memberOf: readonly OrganizationId[],
  connection: Door,
  email: EmailProof,
): Admission {
  if (!organization) return { how: 'none', checks: [] };
  const { organizationId } = organization;
  const says = (how: Admission['how'], by: string): Admission => ({
    how,
    checks: [check('organization.member', how !== 'refused', { organizationId, by })],
  });

  if (memberOf.includes(organizationId)) return says('member', 'membership');
  const own = connection.organizationId === organizationId;
  if (own && connection.autoJoinOrganization) return says('joins', 'connection');
  if (organization.autoJoin && hasAllowedDomain(organization, email)) return says('joins', 'allowed-domain');
  if (own && memberOf.length === 0) return says('guest', 'own-connection');
  return says('refused', 'nothing');
}

function hasAllowedDomain(organization: Organization, email: EmailProof): boolean {
  const domain = email.proven ? emailDomain(email.canon) : undefined;
  return domain !== undefined && organization.allowedDomains.includes(domain);
}
