import type { ConnectionId, IdentityId, LinkId, UserId } from '@homerealm/domain';
import type { Link } from '../domain/link.js';
import type { User } from '../domain/user.js';
import { Links } from '../use-cases/links.port.js';
import type { InMemoryDirectory } from './in-memory.directory.js';

/** The links of a directory without a database, for specs. */
export class InMemoryLinks extends Links {
  constructor(private readonly directory: InMemoryDirectory) {
    super();
  }

  async ofUser(userId: UserId): Promise<Link[]> {
    return structuredClone(this.directory.links.filter((one) => one.userId === userId));
  }

  async find(userId: UserId, linkId: LinkId): Promise<Link | null> {
    return (await this.ofUser(userId)).find((one) => one.linkId === linkId) ?? null;
  }

  async throughConnection(
    connectionId: ConnectionId,
    limit: number,
    cursor = '',
  ): Promise<{ user: User; identityId: IdentityId }[]> {
    const through = [...this.directory.users.values()].flatMap((user) =>
      user.identities
        .filter((one) => one.connectionId === connectionId && one.account !== null && one.identityId > cursor)
        .map(({ identityId }) => ({ user, identityId })),
    );
    through.sort((one, other) => (one.identityId < other.identityId ? -1 : 1));
    return structuredClone(through.slice(0, limit + 1));
  }
}
