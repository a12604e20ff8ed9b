import pg from 'pg';
import { DataSource, type EntitySchema, type MigrationInterface, type MixedList } from 'typeorm';
import { AddEventTables1763700000000 } from '../core/migrations/1763700000000-add-event-tables.js';
import { AddEventCare1763800000000 } from '../core/migrations/1763800000000-add-event-care.js';
import { PreparingClient } from '../core/prepared.js';

export type Constructor<T = object> = new (...args: never[]) => T;

export type DataSourceOptions = {
  service: string;
  url: string;
  poolSize: number;
  entities: readonly (Constructor | EntitySchema)[];
  migrations: readonly Constructor<MigrationInterface>[];
};

/** Every process that starts waits here for the one that migrates. */
const migrationLock = 7_205_759_403_794;

/** Connects to the service's database and brings its tables up to date: those of libs/events first. */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    // Handed over, because a bundle has no node_modules to look for it in.
    driver: pg,
    url: options.url,
    applicationName: options.service,
    poolSize: options.poolSize,
    connectTimeoutMS: 5000,
    installExtensions: false,
    entities: [...options.entities] as MixedList<Constructor>,
    migrations: [AddEventTables1763700000000, AddEventCare1763800000000, ...options.migrations] as MixedList<
      Constructor<MigrationInterface>
    >,
    migrationsTransactionMode: 'each',
    extra: {
      Client: PreparingClient,
      keepAlive: true,
      idle_in_transaction_session_timeout: 60_000,
      statement_timeout: 30_000,
    },
  });
  await source.initialize();
  try {
    await migrate(source, options.url);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

async function migrate(source: DataSource, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await source.runMigrations();
  } finally {
    await client.end();
  }
}
