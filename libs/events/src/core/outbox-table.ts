import type pg from 'pg';
import type { OutboxRow } from './envelope.js';
import type { Sql } from './event-database.js';
import { preparedOn } from './prepared.js';

const columns = 'id, topic, subject, sequence, revision, event_id, type, headers, payload, traceparent, created_at';

/** The oldest rows up to the number $2, cut where those before hold $3 bytes; $1 are left out. The first always fits. */
export const pageSql = `
  SELECT ${columns} FROM (
    SELECT ${columns}, coalesce(sum(octet_length(payload))
      OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
    FROM (
      SELECT ${columns} FROM outbox WHERE NOT (id = ANY ($1::bigint[])) ORDER BY id LIMIT $2
    ) AS oldest
  ) AS page WHERE bytes_before < $3 ORDER BY id`;

const removeSql = 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])';

export type OutboxPage = {
  rows: OutboxRow[];
  /** It was cut: there may be more. */
  isFull: boolean;
};

export type PageLimits = { rows: number; bytes: number };

/** The relay's view of the outbox: rows in the order of their ids, without those already on their way. */
export class OutboxTable {
  private readonly sql: Sql;

  constructor(
    client: pg.ClientBase,
    private readonly limits: PageLimits,
  ) {
    this.sql = preparedOn(client);
  }

  /**
   * Has this session find rows by their id only. An outbox is mostly empty, and a plan made then would read the whole
   * table, also when many rows wait, or were there.
   */
  static async prepare(client: pg.ClientBase): Promise<void> {
    await client.query('SET enable_seqscan = off; SET enable_sort = off; SET jit = off');
  }

  async next(except: OutboxPage = nothing): Promise<OutboxPage> {
    return this.page(pageSql, except.rows);
  }

  async remove({ rows }: OutboxPage): Promise<void> {
    await this.sql.query(removeSql, [idsOf(rows)]);
  }

  /** Both at once: one round trip and one transaction less. The select still sees the removed rows, so it leaves them out. */
  async removeAndNext({ rows }: OutboxPage): Promise<OutboxPage> {
    return this.page(`WITH gone AS (${removeSql}) ${pageSql}`, rows);
  }

  private async page(sql: string, except: OutboxRow[]): Promise<OutboxPage> {
    const { limits } = this;
    const rows = await this.sql.query<OutboxRow>(sql, [idsOf(except), limits.rows, limits.bytes]);
    const bytes = rows.reduce((sum, { payload }) => sum + Buffer.byteLength(payload ?? ''), 0);
    return { rows, isFull: rows.length === limits.rows || bytes >= limits.bytes };
  }
}

const nothing: OutboxPage = { rows: [], isFull: false };
const idsOf = (rows: OutboxRow[]) => rows.map(({ id }) => id);
