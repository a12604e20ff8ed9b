import type { EventDatabase } from './event-database.js';
import { eventCareTables } from './migrations/event-care.sql.js';
import { consumerTables } from './migrations/event-tables.sql.js';

const steps = { 'event-tables': consumerTables, 'event-care': eventCareTables };
const lock = 7_205_759_403_795;

/**
 * Makes the tables a consumer needs in its own database, and brings older ones up to date; also when several processes
 * start together. Services of this repository have the same tables through their migrations.
 */
export async function migrateConsumer(database: EventDatabase): Promise<void> {
  await database.transaction(async () => {
    const { sql } = database;
    await sql.query('SELECT pg_advisory_xact_lock($1)', [lock]);
    await sql.query('CREATE TABLE IF NOT EXISTS event_migration (name text CONSTRAINT event_migration_pk PRIMARY KEY)');
    for (const [name, statements] of Object.entries(steps)) {
      const added = await sql.query('INSERT INTO event_migration VALUES ($1) ON CONFLICT DO NOTHING RETURNING name', [
        name,
      ]);
      if (added.length > 0) for (const statement of statements) await sql.query(statement);
    }
  });
}
