import type { IdentityId } from '@homerealm/domain';
import { dropIdentity, named, type Change } from './drop-identity.js';
import { enterpriseIdentityOf, theIdentity, type Identity, type User } from './user.js';
import { userErrors } from './user.errors.js';

export type { Change };

/** Adds an identity. One of a kind that is there already is not primary; an enterprise identity stands alone. */
export function addIdentity(user: User, identity: Identity, reason: 'admin' | 'import'): Change {
  if (enterpriseIdentityOf(user) || (identity.type === 'enterprise' && user.identities.length > 0)) {
    throw userErrors('identity.enterprise-exclusive', { userId: user.userId }, 'type');
  }
  const same = user.identities.some((one) => one.type === identity.type && one.canon === identity.canon);
  if (same) throw userErrors('identity.duplicate', { userId: user.userId });
  if (identity.type === 'username' && !user.identities.some(isVerifiedEmail)) {
    throw userErrors('identity.username-needs-email', { userId: user.userId }, 'type');
  }
  const primary = !user.identities.some((one) => one.type === identity.type && one.primary);
  const added = { ...identity, primary };
  return {
    after: { ...user, identities: [...user.identities, added] },
    happened: [{ type: 'IdentityAdded', data: { ...named(user, added), reason } }],
  };
}

/**
 * Deletes an identity: never the last, never the primary one while others of its kind are there, and never the
 * address that a username is proved by.
 */
export function deleteIdentity(user: User, identityId: IdentityId): Change {
  const identity = theIdentity(user, identityId);
  const others = user.identities.filter((one) => one !== identity);
  if (others.length === 0) throw userErrors('identity.last', { identityId });
  if (identity.primary && others.some(({ type }) => type === identity.type))
    throw userErrors('identity.primary', { identityId });
  if (others.some(({ type }) => type === 'username') && !others.some(isVerifiedEmail))
    throw userErrors('identity.username-needs-email', { identityId });
  return dropIdentity(user, identity, 'deleted');
}

/** Makes a verified identity the primary one of its type. */
export function makePrimary(user: User, identityId: IdentityId): Change {
  const identity = theIdentity(user, identityId);
  if (identity.primary) return { after: user, happened: [] };
  if (!identity.verified) throw userErrors('identity.not-verified', { identityId });
  const identities = user.identities.map((one) =>
    one.type === identity.type ? { ...one, primary: one === identity } : one,
  );
  return {
    after: { ...user, identities },
    happened: [{ type: 'IdentityMadePrimary', data: named(user, identity) }],
  };
}

const isVerifiedEmail = ({ type, verified }: Identity): boolean => type === 'email' && verified;
