import type { ConnectionId, IdentityId, LinkId, UserId } from '@homerealm/domain';
import type { Link } from '../domain/link.js';
import type { User } from '../domain/user.js';

/** Which accounts came to users who were there before; and what is needed to ask whom others would come to. */
export abstract class Links {
  /** Of one user, in the order they were made. */
  abstract ofUser(userId: UserId): Promise<Link[]>;

  abstract find(userId: UserId, linkId: LinkId): Promise<Link | null>;

  /** Users with an account that came through this connection, after `cursor`: up to `limit + 1`, by identity id. */
  abstract throughConnection(
    connectionId: ConnectionId,
    limit: number,
    cursor?: string,
  ): Promise<{ user: User; identityId: IdentityId }[]>;
}
