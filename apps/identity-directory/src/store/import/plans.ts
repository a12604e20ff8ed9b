import type { Sql } from '@homerealm/events';

/**
 * Plans are made anew for the thousands of values that a chunk brings: one that was kept from a single sign-in, or
 * from when the tables were small, compares everything with everything. Until the end of the transaction.
 */
export async function planForMany(sql: Sql): Promise<void> {
  await sql.query('SET LOCAL plan_cache_mode = force_custom_plan');
}

/**
 * Inserts have nothing to plan, but Postgres looks up the user of each new identity by a statement of its own, and that
 * one would be planned for every row: half of what an import costs. It is planned once here, by the index, whatever was
 * kept from when the table was small.
 */
export async function planForInserts(sql: Sql): Promise<void> {
  await sql.query(`SELECT set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true)`);
  await sql.query('DISCARD PLANS');
}
