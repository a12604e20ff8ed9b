import type { IdentityId, UserId } from '@homerealm/domain';
import { dropIdentity, named } from './drop-identity.js';
import type { Happened } from './happened.js';
import type { Link } from './link.js';
import type { Profile } from './profile.js';
import type { Identity, User } from './user.js';
import { userErrors } from './user.errors.js';

/** Ids for the user to come and for every identity that moves or comes back. */
export type FreshForUndo = { userId: UserId; identityIds: readonly IdentityId[]; now: string };

/**
 * Takes the account of a link off the user again and makes it a user of its own, so that it is known from here on and
 * never links again. What the account had replaced comes back. Every identity gets another id: what rested on the old
 * ones has ended.
 */
export function undoLink(
  user: User,
  link: Link,
  fresh: FreshForUndo,
): { after: User; apart: User; happened: Happened[] } {
  if (link.undone) throw userErrors('link.undone', { linkId: link.linkId });
  const identity = user.identities.find((one) => one.identityId === link.identityId);
  if (!identity) throw userErrors('link.identity-gone', { linkId: link.linkId });
  const stays = user.identities.length > 1 || link.replaced.length > 0;
  if (!stays) throw userErrors('identity.last', { identityId: identity.identityId });

  const [movedTo, ...ids] = fresh.identityIds;
  const back = link.replaced.flatMap((one, index): Identity[] => {
    const identityId = ids[index];
    return identityId ? [{ ...one, identityId }] : [];
  });
  if (!movedTo || back.length < link.replaced.length) throw new RangeError('an id for each identity is needed');

  const dropped = dropIdentity(user, identity, 'deleted');
  const after = { ...dropped.after, identities: [...dropped.after.identities, ...back] };
  const apart: User = {
    userId: fresh.userId,
    revision: 0,
    status: user.status,
    profile: broughtBy(user.profile, link),
    identities: [{ ...identity, identityId: movedTo, primary: true }],
    organizations: [],
    createdAt: fresh.now,
  };
  const added = (one: User) => (added: Identity) =>
    ({ type: 'IdentityAdded', data: { ...named(one, added), reason: 'admin' } }) as const;
  const created = { userId: apart.userId, by: 'admin', connectionId: link.connectionId } as const;
  return {
    after,
    apart,
    happened: [
      ...dropped.happened,
      ...back.map(added(after)),
      { type: 'UserCreated', data: created },
      ...apart.identities.map(added(apart)),
    ],
  };
}

/** What the provider of the link supplied is the account's own. */
const broughtBy = (profile: Profile, { connectionId }: Link): Profile =>
  Object.fromEntries(
    Object.entries(profile).filter(([, value]) => value.source === 'provider' && value.connectionId === connectionId),
  );
