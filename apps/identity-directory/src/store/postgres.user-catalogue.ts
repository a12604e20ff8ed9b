import { Database } from '@homerealm/events';
import { normalizeEmail, type UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Organization } from '../domain/organization.js';
import type { User } from '../domain/user.js';
import { UserCatalogue, type UserQuery } from '../use-cases/user-catalogue.port.js';
import { toOrganization, type OrganizationRow } from './organization.mapper.js';
import { searchKey, toUser, userJson, type UserJson } from './user.mapper.js';

/** The last character there is: in byte order nothing that begins with a text sorts after text + this. */
const last = '\u{10FFFF}';

@Injectable()
export class PostgresUserCatalogue extends UserCatalogue {
  constructor(private readonly database: Database) {
    super();
  }

  async list(query: UserQuery): Promise<User[]> {
    const values: unknown[] = [query.cursor ?? '', query.limit + 1];
    const filters = conditionsOf(query, (value) => `$${values.push(value)}`);
    const rows = (await this.database.manager.query(
      `SELECT ${userJson} AS found FROM "user" u WHERE ${['u.user_id > $1', ...filters].join(' AND ')}
        ORDER BY u.user_id LIMIT $2`,
      values,
    )) as { found: UserJson }[];
    return rows.map((row) => toUser(row.found));
  }

  async organizationsOf(userId: UserId): Promise<Organization[]> {
    const rows = (await this.database.manager.query(
      `SELECT o.* FROM "membership" m JOIN "organization" o USING (organization_id) WHERE m.user_id = $1
        ORDER BY o.organization_id`,
      [userId],
    )) as OrganizationRow[];
    return rows.map(toOrganization);
  }
}

function conditionsOf(query: UserQuery, bind: (value: unknown) => string): string[] {
  const { email, q, organizationId, status } = query;
  const conditions: string[] = [];
  if (email !== undefined) {
    const canon = bind(normalizeEmail(email) ?? email);
    conditions.push(`u.user_id IN (SELECT user_id FROM "identity" WHERE canon = ${canon})`);
  }
  if (q !== undefined) conditions.push(`u.user_id IN (${beginningWith(searchKey(q), bind)})`);
  if (organizationId !== undefined) {
    const id = bind(organizationId);
    conditions.push(`EXISTS (SELECT 1 FROM "membership" m WHERE m.organization_id = ${id} AND m.user_id = u.user_id)`);
  }
  // As a text, not a parameter: only so the index of the few suspended ones is used.
  if (status !== undefined) conditions.push(status === 'suspended' ? `u.status = 'suspended'` : `u.status = 'active'`);
  return conditions;
}

/** Users with a name or an address that begins so; every arm reads one range of one index. */
function beginningWith(key: string, bind: (value: unknown) => string): string {
  const [from, to] = [bind(key), bind(key + last)];
  const arm = (table: string, column: string) =>
    `SELECT user_id FROM "${table}" WHERE ${column} >= ${from} AND ${column} < ${to}`;
  return [arm('user', 'full_name_key'), arm('user', 'family_name_key'), arm('identity', 'canon')].join(' UNION ');
}
