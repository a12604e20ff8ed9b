import type { UserId } from '@homerealm/domain';
import { dropIdentity } from './drop-identity.js';
import { findClaims } from './find-known.js';
import type { Happened } from './happened.js';
import type { User } from './user.js';

/** A change of a user beside the one it is about. */
export type Beside = { before: User | null; after: User };

/**
 * Row 5: whoever proves an address wins it. All others who only claim it lose that identity, unless it is all they
 * have: a user keeps a last identity, which signs nobody in while somebody else's is verified.
 */
export function supersedeClaims(
  users: readonly User[],
  winner: UserId,
  type: 'email' | 'phone',
  canon: string,
): { beside: Beside[]; happened: Happened[] } {
  const losers = findClaims(users, type, canon).filter(
    ({ user }) => user.userId !== winner && user.identities.length > 1,
  );
  const drops = losers.map(({ user, identity }) => ({ before: user, ...dropIdentity(user, identity, 'superseded') }));
  return {
    beside: drops.map(({ before, after }) => ({ before, after })),
    happened: drops.flatMap(({ happened }) => happened),
  };
}
