import type { EventDatabase } from './event-database.js';

/**
 * Writes down which tables hold nothing but what a topic told, so that whoever replays the topic knows what to clear.
 * @param projections table names by topic name
 * @throws Error for a name that is no plain table name
 */
export async function registerProjections(
  database: EventDatabase,
  consumer: string,
  projections: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const rows = Object.entries(projections).flatMap(([topic, tables]) => tables.map((table) => ({ topic, table })));
  const odd = rows.find(({ table }) => !/^[a-z][a-z0-9_]*$/.test(table));
  if (odd) throw new Error(`${odd.table} is not the name of a table`);
  const columns = [rows.map(({ topic }) => topic), rows.map(({ table }) => table)];
  await database.transaction(async () => {
    const { sql } = database;
    await sql.query('DELETE FROM event_projection WHERE consumer = $1', [consumer]);
    await sql.query(
      `INSERT INTO event_projection (consumer, topic, table_name)
       SELECT $1, topic, table_name FROM unnest($2::text[], $3::text[]) AS p (topic, table_name)`,
      [consumer, ...columns],
    );
  });
}
