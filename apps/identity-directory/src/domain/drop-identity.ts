import type { IdentityType, UserEvent } from '@homerealm/contracts';
import type { ConnectionId, IdentityId, UserId } from '@homerealm/domain';
import type { Happened } from './happened.js';
import { inOrder, type Identity, type User } from './user.js';

/** What a change makes of a user, and what happened. */
export type Change = { after: User; happened: Happened[] };

type Removal = Extract<UserEvent, { type: 'IdentityRemoved' }>['data']['reason'];

/** Takes an identity off a user. Was it the primary one of its type, the oldest proven of the others becomes that. */
export function dropIdentity(user: User, identity: Identity, reason: Removal): Change {
  const left = user.identities.filter((one) => one !== identity);
  const heir = identity.primary ? heirOf(identity, left) : undefined;
  const happened: Happened[] = [{ type: 'IdentityRemoved', data: { ...named(user, identity), reason } }];
  if (!heir) return { after: { ...user, identities: left }, happened };
  const identities = left.map((one) => (one === heir ? { ...one, primary: true } : one));
  happened.push({ type: 'IdentityMadePrimary', data: named(user, heir) });
  return { after: { ...user, identities }, happened };
}

function heirOf({ type }: Identity, left: Identity[]): Identity | undefined {
  const heirs = inOrder(left.filter((one) => one.type === type));
  return heirs.find(({ verified }) => verified) ?? heirs[0];
}

/** An identity as the events about it name it. */
export const named = (
  { userId }: Pick<User, 'userId'>,
  { identityId, type, connectionId }: Identity,
): { userId: UserId; identityId: IdentityId; type: IdentityType; connectionId: ConnectionId | null } => ({
  userId,
  identityId,
  type,
  connectionId,
});
