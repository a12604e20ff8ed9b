import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { KnownGroups } from '../domain/groups-for-token.js';
import { UserGroups } from '../use-cases/user-groups.port.js';

@Injectable()
export class PostgresUserGroups extends UserGroups {
  constructor(private readonly database: Database) {
    super();
  }

  async keep(userId: string, { connectionId, completeness, asOf, groups }: KnownGroups): Promise<void> {
    await this.database.manager.query(
      `INSERT INTO user_groups (user_id, connection_id, completeness, as_of, groups) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (user_id) DO UPDATE SET connection_id = excluded.connection_id, completeness = excluded.completeness,
         as_of = excluded.as_of, groups = excluded.groups
       WHERE user_groups.as_of <= excluded.as_of`,
      [userId, connectionId, completeness, asOf, groups === null ? null : JSON.stringify(groups)],
    );
  }

  async forget(userId: string): Promise<void> {
    await this.database.manager.query('DELETE FROM user_groups WHERE user_id = $1', [userId]);
  }
}
