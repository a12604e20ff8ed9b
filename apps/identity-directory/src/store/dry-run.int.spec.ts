import { Database, openDataSource, Outbox } from '@homerealm/events';
import { createDatabase } from '@homerealm/testing';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { aSignInStep, aStep, historian, requestOf } from '../fixtures/histories.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import { PostgresDirectory } from './postgres.directory.js';
import { PostgresLinks } from './postgres.links.js';
import { PostgresUserCatalogue } from './postgres.user-catalogue.js';

let source: DataSource;
let history: ReturnType<typeof historian>;

beforeAll(async () => {
  const url = await createDatabase('directory_dry_run');
  source = await openDataSource({ service: 'identity-directory', url, poolSize: 5, entities, migrations });
  const database = new Database(source);
  const directory = new PostgresDirectory(database, new Outbox(database, 'identity-directory'));
  const catalogue = new PostgresUserCatalogue(database);
  history = historian(directory, new PostgresLinks(database), () => catalogue.list({ limit: 20 }));
});
afterAll(() => source.destroy());

/** Every row of every table, in one text: not only how many there are. */
async function everything(): Promise<string> {
  const tables: { name: string }[] = await source.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => source.query(`SELECT '${name}' AS of, to_jsonb(t) AS row FROM "${name}" t ORDER BY 2`)),
  );
  return JSON.stringify(rows);
}

describe('a dry run on Postgres', () => {
  it('predicts the difference of the real sign-in, writes no row and tells no event', async () => {
    let differences = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 12 }), aSignInStep, async (steps, last) => {
        await source.query('TRUNCATE "user", "organization", outbox, event_sequence CASCADE');
        for (const step of steps) await history.run(step);
        const before = await everything();
        const request = requestOf(last);
        const dry = await history.signIn({ ...request, dryRun: true });
        expect(await everything()).toBe(before);
        const real = await history.signIn(request);
        expect([real.outcome, real.checks]).toEqual([dry.outcome, dry.checks]);
        if (real.outcome !== 'signed-in' || dry.outcome !== 'signed-in') return;
        expect([real.change, real.difference]).toEqual([dry.change, dry.difference]);
        if (real.change !== 'matched') differences += 1;
      }),
      { numRuns: 60 },
    );
    expect(differences).toBeGreaterThan(10); // else the prediction was hardly asked for anything
  });
});
