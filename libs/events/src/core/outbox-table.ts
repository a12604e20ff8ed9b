import type pg from 'pg';
import type { OutboxRow } from './envelope.js';

const columns = 'id, topic, subject, sequence, revision, event_id, type, headers, payload, traceparent, created_at';

/** The relay's view of the outbox: rows in the order of their ids, without those already on their way. */
export class OutboxTable {
  constructor(
    private readonly client: pg.ClientBase,
    private readonly batchSize: number,
  ) {}

  async next(except: OutboxRow[] = []): Promise<OutboxRow[]> {
    const sql = `SELECT ${columns} FROM outbox WHERE NOT (id = ANY ($1::bigint[])) ORDER BY id LIMIT $2`;
    return (await this.client.query<OutboxRow>(sql, [idsOf(except), this.batchSize])).rows;
  }

  async remove(rows: OutboxRow[]): Promise<void> {
    await this.client.query('DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [idsOf(rows)]);
  }

  /** Both at once: one round trip and one transaction less. The select still sees the removed rows, so it leaves them out. */
  async removeAndNext(rows: OutboxRow[]): Promise<OutboxRow[]> {
    const sql = `WITH gone AS (DELETE FROM outbox WHERE id = ANY ($1::bigint[]))
      SELECT ${columns} FROM outbox WHERE NOT (id = ANY ($1::bigint[])) ORDER BY id LIMIT $2`;
    return (await this.client.query<OutboxRow>(sql, [idsOf(rows), this.batchSize])).rows;
  }
}

const idsOf = (rows: OutboxRow[]) => rows.map(({ id }) => id);
