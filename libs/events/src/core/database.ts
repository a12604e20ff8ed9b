import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { EventDatabase, type Sql } from './event-database.js';
import { preparedOn } from './prepared.js';

/** The service's database. What runs inside `transaction` finds the same transaction again through `manager`. */
export class Database extends EventDatabase<EntityManager> {
  protected readonly plain: Sql = {
    query: async (text, values) => {
      const runner = this.dataSource.createQueryRunner();
      try {
        return await (await connectionOf(runner)).query(text, values);
      } finally {
        await runner.release();
      }
    },
  };

  constructor(readonly dataSource: DataSource) {
    super();
  }

  /** The manager of the transaction we are in, else the one that runs every statement by itself. */
  get manager(): EntityManager {
    return this.handle ?? this.dataSource.manager;
  }

  protected begin<T>(work: (manager: EntityManager, sql: Sql) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      if (!manager.queryRunner) throw new Error('a transaction without a connection');
      return work(manager, await connectionOf(manager.queryRunner));
    });
  }
}

/** TypeORM holds a client of the pg driver, and would send it every statement unprepared. */
async function connectionOf(runner: QueryRunner): Promise<Sql> {
  const client = (await runner.connect()) as pg.PoolClient;
  return preparedOn(client);
}
