import type { IdentityType, UserState } from '@homerealm/contracts';
import type { ConnectionId, IdentityId, OrganizationId, UpstreamAccountKey, UserId } from '@homerealm/domain';
import { currentValues, type Profile } from './profile.js';
import { userErrors } from './user.errors.js';

export type UserStatus = 'active' | 'suspended';

/** Something a user signs in with. */
export type Identity = {
  identityId: IdentityId;
  type: IdentityType;
  /** As typed, or as the provider says it. */
  value: string | null;
  /** The one form `value` is compared in; null when it has none. */
  canon: string | null;
  /** Email: the address is proven. Enterprise and social: an account is bound to it. */
  verified: boolean;
  /** An enterprise identity whose provider's email was proven. Two of them never share one person silently. */
  emailProven: boolean;
  primary: boolean;
  connectionId: ConnectionId | null;
  /** Null while an enterprise identity waits for its first sign-in. */
  account: UpstreamAccountKey | null;
  pairwiseSubject: string | null;
  /** A waiting enterprise identity may name the Entra object id that alone can take it. */
  expectedObjectId: string | null;
  /** When the provider vouched for `value`; ISO 8601. Null when no provider did. */
  asOf: string | null;
  /** What the provider said about its email, for asking again under other settings. Null when it said nothing. */
  providerWord: ProviderWord | null;
};

export type ProviderWord = { emailVerified?: boolean; domainOwnerVerified?: boolean; guest?: boolean };

/** A person, with everything the rules look at. Changed as a whole: `revision` grows with each change. */
export type User = {
  userId: UserId;
  /** 0 before the first save. */
  revision: number;
  status: UserStatus;
  profile: Profile;
  identities: Identity[];
  organizations: OrganizationId[];
  createdAt: string;
};

/** A waiting enterprise identity: added by an admin or an import, taken by the first matching sign-in. */
export const isPending = (identity: Identity): boolean => identity.type === 'enterprise' && identity.account === null;

export const enterpriseIdentityOf = (user: User): Identity | undefined =>
  user.identities.find((identity) => identity.type === 'enterprise');

/** @throws identity.not-found */
export function theIdentity(user: User, identityId: IdentityId): Identity {
  const identity = user.identities.find((one) => one.identityId === identityId);
  if (!identity) throw userErrors('identity.not-found', { identityId });
  return identity;
}

/** The record of a user as the state topic and the sign-in answer carry it. */
export function toUserState(user: User): UserState {
  return {
    userId: user.userId,
    status: user.status,
    profile: currentValues(user.profile),
    identities: inOrder(user.identities).map(toIdentityState),
    organizations: [...user.organizations],
  };
}

/** Older identities first, as their ids sort. */
export const inOrder = (identities: readonly Identity[]): Identity[] =>
  [...identities].sort((one, other) => (one.identityId < other.identityId ? -1 : 1));

export function toIdentityState(identity: Identity): UserState['identities'][number] {
  const { identityId, type, value, verified, primary, connectionId, account } = identity;
  return { identityId, type, value, verified, primary, connectionId, account };
}
