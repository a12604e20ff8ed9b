import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { Limit } from '../domain/own-sign-in/limits.js';
import { Limits } from '../use-cases/limits.port.js';

type Row = { count: number; ends_at: Date };

@Injectable()
export class PostgresLimits extends Limits {
  constructor(private readonly database: Database) {
    super();
  }

  async take(key: string, limit: Limit, now: number): Promise<number | undefined> {
    const end = new Date(now + limit.windowMilliseconds);
    return waitOf(await this.query(take, [key, new Date(now), end, limit.most]), limit.most, now);
  }

  async look(key: string, limit: Limit, now: number): Promise<number | undefined> {
    const rows = await this.query(look, [key, new Date(now)]);
    // What one more would come to.
    return waitOf(rows, limit.most - 1, now);
  }

  async giveBack(key: string, now: number): Promise<void> {
    await this.query(giveBack, [key, new Date(now)]);
  }

  async sweep(now: number): Promise<number> {
    return (await this.query(sweep, [new Date(now)])).length;
  }

  private async query(sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.database.manager.query(sql, values)) as Row[];
  }
}

const waitOf = ([row]: Row[], most: number, now: number): number | undefined =>
  row && row.count > most ? Math.max(1, row.ends_at.getTime() - now) : undefined;

/** The count stops one above the limit: however long somebody goes on, it stays a small number. */
const take = `
  INSERT INTO sign_in_limit AS known (key, count, ends_at) VALUES ($1, 1, $3)
  ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at <= $2 THEN 1 ELSE least(known.count + 1, $4::integer + 1) END,
    ends_at = CASE WHEN known.ends_at <= $2 THEN excluded.ends_at ELSE known.ends_at END
  RETURNING count, ends_at`;

const look = 'SELECT count, ends_at FROM sign_in_limit WHERE key = $1 AND ends_at > $2';

const giveBack = `
  WITH less AS (UPDATE sign_in_limit SET count = greatest(count - 1, 0) WHERE key = $1 AND ends_at > $2)
  SELECT NULL WHERE false`;

const sweep = `
  WITH gone AS (
    DELETE FROM sign_in_limit WHERE key IN (
      SELECT key FROM sign_in_limit WHERE ends_at < $1 ORDER BY ends_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING key
  )
  SELECT key FROM gone`;
