import type { OrganizationId, UserId } from '@homerealm/domain';
import { addIdentity, type Change } from './change-identities.js';
import type { Happened } from './happened.js';
import { updateProfile, type ProfileUpdate } from './profile.js';
import type { Identity, User, UserStatus } from './user.js';
import { userErrors } from './user.errors.js';

export type NewUser = {
  userId: UserId;
  profile: ProfileUpdate;
  identities: Identity[];
  organizationId: OrganizationId | null;
  by: 'admin' | 'import';
  now: string;
};

/** A user somebody else than the user makes. */
export function createUser({ userId, profile, identities, organizationId, by, now }: NewUser): Change {
  if (identities.length === 0) throw userErrors('user.no-identity', {}, 'identities');
  let after: User = {
    userId,
    revision: 0,
    status: 'active',
    profile: updateProfile({}, profile).profile,
    identities: [],
    organizations: [],
    createdAt: now,
  };
  const connectionId = identities[0]?.connectionId ?? null;
  const happened: Happened[] = [{ type: 'UserCreated', data: { userId, by, connectionId } }];
  for (const identity of usernamesLast(identities)) {
    const added = addIdentity(after, identity, by);
    after = added.after;
    happened.push(...added.happened);
  }
  if (organizationId === null) return { after, happened };
  const joined = joinOrganization(after, organizationId, by);
  return { after: joined.after, happened: [...happened, ...joined.happened] };
}

/** A username needs the address that comes with it. */
const usernamesLast = (identities: Identity[]): Identity[] => [
  ...identities.filter(({ type }) => type !== 'username'),
  ...identities.filter(({ type }) => type === 'username'),
];

/** Takes over new profile values; `null` when not even a moment changed, so that nothing needs to be stored. */
export function changeProfile(user: User, update: ProfileUpdate, by: 'sync' | 'admin'): Change | null {
  const { profile, changed, touched } = updateProfile(user.profile, update);
  if (!touched) return null;
  const happened: Happened[] =
    changed.length > 0 ? [{ type: 'UserProfileChanged', data: { userId: user.userId, changed, by } }] : [];
  return { after: { ...user, profile }, happened };
}

export function changeStatus(user: User, status: UserStatus): Change {
  if (user.status === status) return { after: user, happened: [] };
  const type = status === 'suspended' ? 'UserSuspended' : 'UserReactivated';
  return { after: { ...user, status }, happened: [{ type, data: { userId: user.userId } }] };
}

export function joinOrganization(user: User, organizationId: OrganizationId, by: 'admin' | 'import'): Change {
  if (user.organizations.includes(organizationId)) return { after: user, happened: [] };
  return {
    after: { ...user, organizations: [...user.organizations, organizationId] },
    happened: [{ type: 'MemberAdded', data: { organizationId, userId: user.userId, by } }],
  };
}

export function leaveOrganization(user: User, organizationId: OrganizationId): Change {
  return {
    after: { ...user, organizations: user.organizations.filter((one) => one !== organizationId) },
    happened: [{ type: 'MemberRemoved', data: { organizationId, userId: user.userId } }],
  };
}

/** What the rest of the platform hears when a user is erased: every membership ends first. */
export function farewell(user: User): Happened[] {
  const { userId, organizations } = user;
  return [
    ...organizations.map((organizationId): Happened => ({ type: 'MemberRemoved', data: { organizationId, userId } })),
    { type: 'UserDeleted', data: { userId } },
  ];
}
