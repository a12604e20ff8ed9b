import { IdentityId, LinkId, OrganizationId, UserId } from '@homerealm/domain';
import { organizationErrors } from '../domain/organization.errors.js';
import { userErrors } from '../domain/user.errors.js';

/** Ids in a path. A text that is no id names nothing, so the answer is the same as for an unknown one. */
export function userIdOf(text: string): UserId {
  const parsed = UserId.safeParse(text);
  if (!parsed.success) throw userErrors('user.not-found');
  return parsed.data;
}

export function identityIdOf(text: string): IdentityId {
  const parsed = IdentityId.safeParse(text);
  if (!parsed.success) throw userErrors('identity.not-found');
  return parsed.data;
}

export function linkIdOf(text: string): LinkId {
  const parsed = LinkId.safeParse(text);
  if (!parsed.success) throw userErrors('link.not-found');
  return parsed.data;
}

export function organizationIdOf(text: string): OrganizationId {
  const parsed = OrganizationId.safeParse(text);
  if (!parsed.success) throw organizationErrors('organization.not-found');
  return parsed.data;
}
