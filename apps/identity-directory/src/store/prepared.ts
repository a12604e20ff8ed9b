import type { EntityManager } from 'typeorm';

/** A fixed statement. Its name lets a connection plan it once and reuse the plan: half of what a lookup costs. */
export type Prepared = { name: string; text: string };

/** Runs a prepared statement and gives its rows. TypeORM hands the object to the driver as it is. */
export function run<Row>(manager: EntityManager, statement: Prepared, values: unknown[]): Promise<Row[]> {
  return manager.query(statement as unknown as string, values) as Promise<Row[]>;
}
