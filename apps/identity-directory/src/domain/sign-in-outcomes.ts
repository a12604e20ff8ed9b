import type { SignInResponse } from '@homerealm/contracts';
import type { IdentityId, UserId } from '@homerealm/domain';
import type { Found } from './find-known.js';
import type { Happened } from './happened.js';
import { accountIdentity, emailIdentity, type ProvenAccount } from './identities.js';
import { identityTypeOf } from './is-proven-email.js';
import { fillProfile } from './profile.js';
import type { Identity, User } from './user.js';

type SignInChange = Extract<SignInResponse, { outcome: 'signed-in' }>['change'];

/** What a row of the table makes of a user. `before` is null for somebody new. */
export type Outcome = {
  change: SignInChange;
  before: User | null;
  after: User;
  /** The identity that signed in. */
  identityId: IdentityId;
  happened: Happened[];
};

/** Row 2: the waiting identity gets its account. An enterprise identity stands alone, so anything else goes. */
export function bindAccount({ user, identity }: Found, proven: ProvenAccount): Outcome {
  const { identityId } = identity;
  const bound: Identity = {
    ...accountIdentity(identityId, proven, true),
    expectedObjectId: identity.expectedObjectId,
  };
  const filled = fillProfile(user.profile, proven.account, proven.connection.connectionId);
  const happened = [added(user.userId, bound, 'bound'), ...replaced(user, identityId)];
  if (filled.changed.length > 0) {
    happened.push({
      type: 'UserProfileChanged',
      data: { userId: user.userId, changed: filled.changed, by: 'sync' },
    });
  }
  const after = { ...user, identities: [bound], profile: filled.profile };
  return { change: 'bound', before: user, after, identityId, happened };
}

/** Row 3: an enterprise account replaces everything the user signed in with so far; a social one stands beside it. */
export function linkAccount(user: User, proven: ProvenAccount, identityId: IdentityId): Outcome {
  const alone = identityTypeOf(proven.connection.strategy) === 'enterprise';
  const linked = accountIdentity(identityId, proven, alone || !user.identities.some((one) => one.type === 'social'));
  const identities = alone ? [linked] : [...user.identities, linked];
  const happened = [added(user.userId, linked, 'linked'), ...(alone ? replaced(user, identityId) : [])];
  return { change: 'linked', before: user, after: { ...user, identities }, identityId, happened };
}

/** Row 7: somebody new. A proven email becomes an email identity beside a social one, never beside an enterprise one. */
export function createFromAccount(
  proven: ProvenAccount,
  fresh: { userId: UserId; identityId: IdentityId; emailIdentityId: IdentityId; now: string },
): Outcome {
  const { userId, identityId, now } = fresh;
  const { account, connection, email } = proven;
  const identities = [accountIdentity(identityId, proven, true)];
  if (identities[0]?.type === 'social' && email.proven && account.claims.email !== undefined) {
    identities.push(emailIdentity(fresh.emailIdentityId, account.claims.email, true, true));
  }
  const after: User = {
    userId,
    revision: 0,
    status: 'active',
    profile: fillProfile({}, account, connection.connectionId).profile,
    identities,
    organizations: [],
    createdAt: now,
  };
  const happened: Happened[] = [
    { type: 'UserCreated', data: { userId, by: 'sign-in', connectionId: connection.connectionId } },
    ...identities.map((one) => added(userId, one, 'created')),
  ];
  return { change: 'created', before: null, after, identityId, happened };
}

function added(userId: UserId, identity: Identity, reason: 'created' | 'linked' | 'bound'): Happened {
  const { identityId, type, connectionId } = identity;
  return { type: 'IdentityAdded', data: { userId, identityId, type, connectionId, reason } };
}

function replaced(user: User, by: IdentityId): Happened[] {
  return user.identities
    .filter((one) => one.identityId !== by)
    .map(({ identityId, type, connectionId }) => ({
      type: 'IdentityRemoved',
      data: { userId: user.userId, identityId, type, connectionId, reason: 'replaced-by-enterprise' },
    }));
}
