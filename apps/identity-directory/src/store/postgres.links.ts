import { Database } from '@homerealm/events';
import type { ConnectionId, IdentityId, LinkId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Link } from '../domain/link.js';
import type { User } from '../domain/user.js';
import { Links } from '../use-cases/links.port.js';
import { toLink, type LinkRow } from './link.mapper.js';
import { toUser, userJson, type UserJson } from './user.mapper.js';

@Injectable()
export class PostgresLinks extends Links {
  constructor(private readonly database: Database) {
    super();
  }

  async ofUser(userId: UserId): Promise<Link[]> {
    const rows = (await this.database.manager.query(
      `SELECT * FROM "identity_link" WHERE user_id = $1 ORDER BY link_id`,
      [userId],
    )) as LinkRow[];
    return rows.map(toLink);
  }

  async find(userId: UserId, linkId: LinkId): Promise<Link | null> {
    const [row] = (await this.database.manager.query(
      `SELECT * FROM "identity_link" WHERE link_id = $1 AND user_id = $2`,
      [linkId, userId],
    )) as LinkRow[];
    return row ? toLink(row) : null;
  }

  async throughConnection(
    connectionId: ConnectionId,
    limit: number,
    cursor = '',
  ): Promise<{ user: User; identityId: IdentityId }[]> {
    const rows = (await this.database.manager.query(
      `SELECT own.identity_id, ${userJson} AS found FROM "identity" own JOIN "user" u USING (user_id)
        WHERE own.connection_id = $1 AND own.account_key IS NOT NULL AND own.identity_id > $2
        ORDER BY own.identity_id LIMIT $3`,
      [connectionId, cursor, limit + 1],
    )) as { identity_id: string; found: UserJson }[];
    return rows.map((row) => ({ user: toUser(row.found), identityId: row.identity_id as IdentityId }));
  }
}
