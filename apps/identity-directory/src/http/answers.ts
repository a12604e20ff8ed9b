import type { IdentityResponse, OrganizationResponse, UserResponse } from '@homerealm/contracts';
import type { Organization } from '../domain/organization.js';
import type { Profile, ProfileAttribute } from '../domain/profile.js';
import { toIdentityState, toUserState, type Identity, type User } from '../domain/user.js';

export function toUserResponse(user: User): UserResponse {
  return {
    ...toUserState(user),
    profileSources: {
      givenName: sourceOf(user.profile, 'givenName'),
      familyName: sourceOf(user.profile, 'familyName'),
      picture: sourceOf(user.profile, 'picture'),
    },
    createdAt: user.createdAt,
  };
}

function sourceOf(profile: Profile, attribute: ProfileAttribute) {
  const value = profile[attribute];
  if (!value) return null;
  const { source, connectionId, asOf, policy } = value;
  return { source, connectionId, asOf, policy };
}

export const toIdentityResponse = ({ userId }: Pick<User, 'userId'>, identity: Identity): IdentityResponse => ({
  userId,
  ...toIdentityState(identity),
});

export const toOrganizationResponse = ({ revision: _, ...organization }: Organization): OrganizationResponse =>
  organization;
