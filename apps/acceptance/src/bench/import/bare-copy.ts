import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const tables = ['user', 'identity', 'event_sequence', 'outbox'] as const;

/** The relay deletes what was published, so a database whose import is to be copied keeps a second outbox. */
export async function keepOutbox(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('CREATE TABLE bench_kept (LIKE outbox)');
    await client.query(`CREATE FUNCTION bench_keep() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO bench_kept SELECT * FROM told; RETURN NULL; END $$`);
    await client.query(`CREATE TRIGGER bench_keep AFTER INSERT ON outbox REFERENCING NEW TABLE AS told
      FOR EACH STATEMENT EXECUTE FUNCTION bench_keep()`);
  });
}

/** The rows an import made, in files, to be copied into empty tables of the same database with the same indexes. */
export type BareCopy = { seconds(): Promise<number>; close(): void };

export async function bareCopy(databaseUrl: string): Promise<BareCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'homerealm-copy-'));
  chmodSync(folder, 0o777); // Postgres may run as another user
  const file = (table: string) => join(folder, table);
  await withClient(databaseUrl, async (client) => {
    await client.query('DROP TRIGGER bench_keep ON outbox');
    for (const table of tables)
      await client.query(`COPY "${table === 'outbox' ? 'bench_kept' : table}" TO '${file(table)}'`);
  });
  return {
    seconds: () =>
      withClient(databaseUrl, async (client) => {
        await client.query('TRUNCATE "user", event_sequence, outbox CASCADE');
        await client.query('CHECKPOINT');
        const started = performance.now();
        for (const table of tables) await client.query(`COPY "${table}" FROM '${file(table)}'`);
        return (performance.now() - started) / 1000;
      }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
