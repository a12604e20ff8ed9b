import type { IdentityType } from '@homerealm/contracts';
import type { IdentityId } from '@homerealm/domain';
import type { Happened } from './happened.js';
import { enterpriseIdentityOf, type Identity, type User } from './user.js';
import { userErrors } from './user.errors.js';

/** What a change makes of a user, and what happened. */
export type Change = { after: User; happened: Happened[] };

/** Adds an identity. One of a kind that is there already is not primary; an enterprise identity stands alone. */
export function addIdentity(user: User, identity: Identity, reason: 'admin' | 'import'): Change {
  if (enterpriseIdentityOf(user) || (identity.type === 'enterprise' && user.identities.length > 0)) {
    throw userErrors('identity.enterprise-exclusive', { userId: user.userId }, 'type');
  }
  const same = user.identities.some((one) => one.type === identity.type && one.canon === identity.canon);
  if (same) throw userErrors('identity.duplicate', { userId: user.userId });
  const primary = !user.identities.some((one) => one.type === identity.type && one.primary);
  const added = { ...identity, primary };
  return {
    after: { ...user, identities: [...user.identities, added] },
    happened: [{ type: 'IdentityAdded', data: { ...named(user, added), reason } }],
  };
}

/** Deletes an identity: never the last, and never the primary one while others of its kind are there. */
export function deleteIdentity(user: User, identityId: IdentityId): Change {
  const identity = theIdentity(user, identityId);
  if (user.identities.length === 1) throw userErrors('identity.last', { identityId });
  if (identity.primary && othersOfType(user, identity).length > 0) throw userErrors('identity.primary', { identityId });
  return {
    after: { ...user, identities: user.identities.filter((one) => one !== identity) },
    happened: [{ type: 'IdentityRemoved', data: { ...named(user, identity), reason: 'deleted' } }],
  };
}

/** Makes a verified identity the primary one of its type. */
export function makePrimary(user: User, identityId: IdentityId): Change {
  const identity = theIdentity(user, identityId);
  if (identity.primary) return { after: user, happened: [] };
  if (!identity.verified) throw userErrors('identity.not-verified', { identityId });
  const identities = user.identities.map((one) =>
    one.type === identity.type ? { ...one, primary: one === identity } : one,
  );
  return { after: { ...user, identities }, happened: [] };
}

function theIdentity(user: User, identityId: IdentityId): Identity {
  const identity = user.identities.find((one) => one.identityId === identityId);
  if (!identity) throw userErrors('identity.not-found', { identityId });
  return identity;
}

const othersOfType = (user: User, identity: Identity): Identity[] =>
  user.identities.filter((one) => one !== identity && one.type === identity.type);

const named = (
  { userId }: User,
  { identityId, type, connectionId }: Identity,
): { userId: User['userId']; identityId: IdentityId; type: IdentityType; connectionId: Identity['connectionId'] } => ({
  userId,
  identityId,
  type,
  connectionId,
});
