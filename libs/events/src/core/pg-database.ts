import pg from 'pg';
import { EventDatabase, type Sql } from './event-database.js';
import { preparedOn } from './prepared.js';

export type PgDatabaseOptions = {
  /** postgres://… of the database that belongs to this consumer alone. */
  url: string;
  /** Most connections at a time. */
  poolSize?: number;
  applicationName?: string;
};

/** A database for event consumers without TypeORM: the pg driver and its pool. Close it. */
export class PgDatabase extends EventDatabase<Sql> {
  readonly pool: pg.Pool;
  protected readonly plain: Sql;

  constructor({ url, poolSize = 10, applicationName = 'homerealm consumer' }: PgDatabaseOptions) {
    super();
    this.pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      application_name: applicationName,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      idle_in_transaction_session_timeout: 60_000,
      statement_timeout: 30_000,
    });
    // A connection that breaks while nobody uses it is only replaced.
    this.pool.on('error', () => {});
    this.plain = preparedOn(this.pool as unknown as pg.ClientBase);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  protected async begin<T>(work: (sql: Sql, same: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const keep = (error: Error) => (broken = error);
    client.on('error', keep);
    try {
      await client.query('BEGIN');
      const sql = preparedOn(client);
      const result = await work(sql, sql);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(keep);
      throw error;
    } finally {
      client.off('error', keep);
      client.release(broken);
    }
  }
}
