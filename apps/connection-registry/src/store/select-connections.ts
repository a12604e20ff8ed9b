import type { EntityManager } from 'typeorm';
import type { ConnectionRow } from './connection.mapper.js';

/** SQL with a `?` where the value goes (at its end, if there is none); undefined values ask for nothing. */
export type Condition = [sql: string, value: string | undefined];

/** Reads connections with domains and credentials in one statement, so that they belong to the same moment. */
export function selectConnections(
  manager: EntityManager,
  conditions: readonly Condition[],
  limit: number,
): Promise<ConnectionRow[]> {
  const asked = conditions.filter(([, value]) => value !== undefined);
  const where = asked.map(([sql], index) => {
    const place = `$${index + 1}`;
    return sql.includes('?') ? sql.replace('?', place) : `${sql} ${place}`;
  });
  const sql = `
    SELECT c.connection_id, c.revision, c.state, c.strategy, c.name, c.organization_id, c.settings, c.enabling, c.proofs,
           c.created_at, c.updated_at,
           (SELECT coalesce(json_agg(d.domain ORDER BY d.position), '[]')
              FROM home_realm_domain d WHERE d.connection_id = c.connection_id) AS domains,
           (SELECT coalesce(json_agg(k ORDER BY k.created_at, k.credential_id), '[]')
              FROM credential k WHERE k.connection_id = c.connection_id) AS credentials
      FROM connection c
     ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
     ORDER BY c.connection_id
     LIMIT ${Math.trunc(limit)}`;
  return manager.query(
    sql,
    asked.map(([, value]) => value),
  ) as Promise<ConnectionRow[]>;
}
