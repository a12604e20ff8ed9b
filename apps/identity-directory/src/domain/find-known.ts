import { upstreamAccountText } from '@homerealm/domain';
import type { ProvenAccount } from './identities.js';
import type { EmailProof } from './is-proven-email.js';
import { isGuest } from './is-proven-email.js';
import { isPending, type Identity, type User } from './user.js';

/** A user and the identity by which a sign-in found them. */
export type Found = { user: User; identity: Identity };

/** Finds among the users a sign-in concerns the one that fits, identity by identity. */
function findBy(users: readonly User[], fits: (identity: Identity) => boolean): Found | undefined {
  for (const user of users) {
    const identity = user.identities.find(fits);
    if (identity) return { user, identity };
  }
  return undefined;
}

/** Row 1: the stable key of the account, never its email. */
export function findByAccount(users: readonly User[], { account }: ProvenAccount): Found | undefined {
  const key = upstreamAccountText(account.key);
  return findBy(users, (identity) => identity.account !== null && upstreamAccountText(identity.account) === key);
}

/**
 * Row 2: an enterprise identity waiting on this connection. One that names an object id takes that account only,
 * whatever its email; else the email decides. The word of a pinned tenant, or a proof, is needed for either; a guest's
 * email is not the tenant's word.
 */
export function findPending(users: readonly User[], proven: ProvenAccount): Found | undefined {
  const { connection, account, email } = proven;
  if (!connection.pinnedTenant && !email.proven) return undefined;
  const waits = (identity: Identity) => isPending(identity) && identity.connectionId === connection.connectionId;
  const objectId = account.key.kind === 'entra' ? account.key.objectId.toLowerCase() : null;

  const named = findBy(users, (one) => waits(one) && objectId !== null && one.expectedObjectId === objectId);
  if (named) return named;
  if (email.canon === null || (!email.proven && isGuest(account))) return undefined;
  return findBy(users, (one) => waits(one) && one.expectedObjectId === null && one.canon === email.canon);
}

/** Rows 3 and 4: somebody whose email identity is verified, with the address this sign-in proved. */
export function findByVerifiedEmail(users: readonly User[], email: EmailProof): Found | undefined {
  return email.proven ? findVerified(users, 'email', email.canon) : undefined;
}

/** Row 4: somebody who took this proven address along when an enterprise account replaced their email identity. */
export function findByEnterpriseEmail(users: readonly User[], email: EmailProof): Found | undefined {
  if (!email.proven) return undefined;
  return findBy(users, (one) => one.type === 'enterprise' && one.emailProven && one.canon === email.canon);
}

/** Somebody an admin said will come with this address, through any connection. */
export function findWaitingFor(users: readonly User[], canon: string): Found | undefined {
  return findBy(users, (one) => isPending(one) && one.canon === canon);
}

/** Whose this address, number or name is. At most one user: unique indexes see to it. */
export function findVerified(
  users: readonly User[],
  type: 'email' | 'phone' | 'username',
  canon: string,
): Found | undefined {
  return findBy(users, (one) => one.type === type && one.verified && one.canon === canon);
}

/** Row 5: everybody who only claims this address or number, in the order of their ids. */
export function findClaims(users: readonly User[], type: 'email' | 'phone', canon: string | null): Found[] {
  return users
    .flatMap((user) => {
      const identity = user.identities.find((one) => one.type === type && !one.verified && one.canon === canon);
      return canon !== null && identity ? [{ user, identity }] : [];
    })
    .sort((one, other) => (one.user.userId < other.user.userId ? -1 : 1));
}
