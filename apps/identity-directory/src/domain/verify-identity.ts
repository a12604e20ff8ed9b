import type { IdentityId } from '@homerealm/domain';
import type { Change } from './drop-identity.js';
import { theIdentity, type Identity, type User } from './user.js';
import { userErrors } from './user.errors.js';

/** An admin vouches for an address or a number that was only claimed. Names and accounts have nothing to vouch for. */
export function verifyIdentity(user: User, identityId: IdentityId): Change {
  const identity = theIdentity(user, identityId);
  if (identity.verified) return { after: user, happened: [] };
  if (identity.type !== 'email' && identity.type !== 'phone')
    throw userErrors('identity.not-verifiable', { identityId });
  return verifiedNow(user, identity);
}

export function verifiedNow(user: User, identity: Identity): Change {
  const { userId } = user;
  const { identityId, type } = identity;
  const identities = user.identities.map((one) => (one === identity ? { ...one, verified: true } : one));
  return {
    after: { ...user, identities },
    happened: [{ type: 'IdentityVerified', data: { userId, identityId, type } }],
  };
}
