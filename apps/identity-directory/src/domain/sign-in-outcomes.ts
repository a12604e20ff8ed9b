import type { SignInResponse } from '@homerealm/contracts';
import type { ConnectionId, IdentityId } from '@homerealm/domain';
import { named } from './drop-identity.js';
import type { Found } from './find-known.js';
import type { Happened } from './happened.js';
import { accountIdentity, emailIdentity, refreshIdentity, type ProvenAccount } from './identities.js';
import { identityTypeOf, type EmailProof } from './is-proven-email.js';
import { fillProfile } from './profile.js';
import type { Fresh } from './fresh.js';
import type { Beside } from './supersede-claims.js';
import type { Identity, User } from './user.js';

type SignInChange = Extract<SignInResponse, { outcome: 'signed-in' }>['change'];

/** That an account came to somebody who was there before, and what it replaced. */
export type NewLink = {
  identityId: IdentityId;
  connectionId: ConnectionId;
  rule: 'verified-email' | 'pending-identity';
  proof: EmailProof['reason'];
  replaced: Identity[];
};

/** What a row of the table makes of a user. `before` is null for somebody new. */
export type Outcome = {
  change: SignInChange;
  before: User | null;
  after: User;
  /** The identity that signed in. */
  identityId: IdentityId;
  happened: Happened[];
  /** Others who lose what they only claimed. */
  beside?: Beside[];
  link?: NewLink;
};

/** Row 1. Nothing is stored unless the provider says something new about the account. */
export function matchAccount({ user, identity }: Found, proven: ProvenAccount): Outcome {
  const fresh = refreshIdentity(identity, proven);
  const after =
    fresh === identity ? user : { ...user, identities: user.identities.map((one) => (one === identity ? fresh : one)) };
  return { change: 'matched', before: user, after, identityId: identity.identityId, happened: [] };
}

/** Row 2: the waiting identity gets its account. An enterprise identity stands alone, so anything else goes. */
export function bindAccount({ user, identity }: Found, proven: ProvenAccount): Outcome {
  const { identityId } = identity;
  const bound: Identity = {
    ...accountIdentity(identityId, proven, true),
    expectedObjectId: identity.expectedObjectId,
  };
  const filled = fillProfile(user.profile, proven.account, proven.connection.connectionId);
  const happened = [added(user, bound, 'bound'), ...replaced(user, identityId)];
  if (filled.changed.length > 0) {
    happened.push({
      type: 'UserProfileChanged',
      data: { userId: user.userId, changed: filled.changed, by: 'sync' },
    });
  }
  const after = { ...user, identities: [bound], profile: filled.profile };
  const link = linkOf(proven, identityId, 'pending-identity', user.identities);
  return { change: 'bound', before: user, after, identityId, happened, link };
}

/** Row 3: an enterprise account replaces everything the user signed in with so far; a social one stands beside it. */
export function linkAccount(user: User, proven: ProvenAccount, identityId: IdentityId): Outcome {
  const alone = identityTypeOf(proven.connection) === 'enterprise';
  const linked = accountIdentity(identityId, proven, alone || !user.identities.some((one) => one.type === 'social'));
  const identities = alone ? [linked] : [...user.identities, linked];
  const happened = [added(user, linked, 'linked'), ...(alone ? replaced(user, identityId) : [])];
  const link = linkOf(proven, identityId, 'verified-email', alone ? user.identities : []);
  return { change: 'linked', before: user, after: { ...user, identities }, identityId, happened, link };
}

/** Row 7: somebody new. A proven email becomes an email identity beside a social one, never beside an enterprise one. */
export function createFromAccount(proven: ProvenAccount, fresh: Fresh): Outcome {
  const { userId, identityId, now } = fresh;
  const { account, connection, email } = proven;
  const identities = [accountIdentity(identityId, proven, true)];
  if (identities[0]?.type === 'social' && email.proven)
    identities.push(emailIdentity(fresh.emailIdentityId, email.value, true, true));
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
    ...identities.map((one) => added(after, one, 'created')),
  ];
  return { change: 'created', before: null, after, identityId, happened };
}

const linkOf = (
  { connection: { connectionId }, email }: ProvenAccount,
  identityId: IdentityId,
  rule: NewLink['rule'],
  replacedOnes: Identity[],
): NewLink => ({ identityId, connectionId, rule, proof: email.reason, replaced: replacedOnes });

export const added = (user: User, identity: Identity, reason: 'created' | 'linked' | 'bound'): Happened => ({
  type: 'IdentityAdded',
  data: { ...named(user, identity), reason },
});

function replaced(user: User, by: IdentityId): Happened[] {
  return user.identities
    .filter((one) => one.identityId !== by)
    .map((one) => ({ type: 'IdentityRemoved', data: { ...named(user, one), reason: 'replaced-by-enterprise' } }));
}
