import { ConnectionId } from '@homerealm/domain';
import type { Database } from '@homerealm/events';

/**
 * A table of turns: which connections are worked on, and when next. Every instance asks; row locks decide who gets what.
 */
export class TurnTable {
  private readonly sql: ReturnType<typeof statementsOf>;

  /**
   * @param table with `connection_id` and `due_at`
   * @param hasTurns condition on the row `c` of `connection`; a connection that does not meet it is left alone
   */
  constructor(
    private readonly database: Database,
    table: 'probe_turn' | 'metadata_turn',
    hasTurns: string,
  ) {
    this.sql = statementsOf(table, hasTurns);
  }

  /** Gives every connection that has none its first turn. */
  async plan(firstTurn: (connectionId: string) => Date): Promise<void> {
    const rows = (await this.database.manager.query(this.sql.unplanned)) as { connection_id: string }[];
    const ids = rows.map(({ connection_id }) => connection_id);
    if (ids.length > 0) await this.database.manager.query(this.sql.plan, [ids, ids.map(firstTurn)]);
  }

  async take(now: Date, again: Date): Promise<ConnectionId | undefined> {
    const [row] = (await this.database.manager.query(this.sql.take, [now, again])) as { connection_id: string }[];
    return row && ConnectionId.parse(row.connection_id);
  }
}

const statementsOf = (table: string, hasTurns: string) => ({
  unplanned: `
    SELECT c.connection_id FROM connection c
     WHERE ${hasTurns} AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.connection_id = c.connection_id)`,
  plan: `
    INSERT INTO ${table} (connection_id, due_at)
    SELECT t.id, t.due FROM unnest($1::text[], $2::timestamptz[]) AS t (id, due)
     WHERE EXISTS (SELECT 1 FROM connection c WHERE c.connection_id = t.id)
    ON CONFLICT (connection_id) DO NOTHING`,
  take: `
    WITH next AS (
      SELECT t.connection_id FROM ${table} t JOIN connection c ON c.connection_id = t.connection_id
       WHERE t.due_at <= $1 AND ${hasTurns}
       ORDER BY t.due_at, t.connection_id LIMIT 1
         FOR UPDATE OF t SKIP LOCKED
    ), taken AS (
      UPDATE ${table} t SET due_at = $2 FROM next WHERE t.connection_id = next.connection_id RETURNING t.connection_id
    )
    SELECT connection_id FROM taken`,
});
