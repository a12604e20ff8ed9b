import { Database, openDataSource, Outbox } from '@homerealm/events';
import { createDatabase } from '@homerealm/testing';
import type { DataSource } from 'typeorm';
import { aUser, anEmail, anEnterpriseAccount, anOrganization } from '../domain/directory.builders.js';
import type { User } from '../domain/user.js';
import { DirectoryConflict } from '../use-cases/directory.port.js';
import { OrganizationConflict } from '../use-cases/organizations.port.js';
import { itIsADirectory } from './directory.conformance.js';
import { loadForOwnSignIn, loadForSignIn } from './directory.statements.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import { PostgresDirectory } from './postgres.directory.js';
import { PostgresLinks } from './postgres.links.js';
import { PostgresOrganizations } from './postgres.organizations.js';
import { PostgresUserCatalogue } from './postgres.user-catalogue.js';

let source: DataSource;
let database: Database;
let directory: PostgresDirectory;
let organizations: PostgresOrganizations;

beforeAll(async () => {
  const url = await createDatabase('directory_store');
  source = await openDataSource({ service: 'identity-directory', url, poolSize: 5, entities, migrations });
  database = new Database(source);
  const outbox = new Outbox(database, 'identity-directory');
  directory = new PostgresDirectory(database, outbox);
  organizations = new PostgresOrganizations(database, outbox);
});
afterAll(() => source.destroy());
beforeEach(() => source.query('TRUNCATE "user", "organization", outbox, event_sequence CASCADE'));

describe('the directory on Postgres', () => {
  itIsADirectory(async () => ({
    directory,
    links: new PostgresLinks(database),
    addOrganization: (organization) => organizations.save(null, { ...organization, revision: 0 }, []),
  }));

  it('has the tables its entities describe, nothing to add and nothing to drop', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be taken back to nothing and migrated again', async () => {
    const runner = source.createQueryRunner();
    for (const Migration of [...migrations].reverse()) await new Migration().down(runner);
    for (const Migration of migrations) await new Migration().up(runner);
    await runner.release();
  });

  it('stores events and state in the transaction of the change, and no state that stayed the same', async () => {
    const user = aUser([anEmail()], { revision: 0 });
    const happened = [{ type: 'UserSuspended', data: { userId: user.userId } }] as const;
    await directory.save({ before: null, after: user, happened });
    const before = (await directory.find(user.userId)) as User;
    await directory.save({ before, after: { ...before, profile: {} }, happened: [] });
    const rows: { type: string }[] = await source.query('SELECT type FROM outbox ORDER BY id');
    expect(rows.map(({ type }) => type)).toEqual(['UserSuspended', 'UserState']);
  });

  it('keeps nothing of a change whose events cannot be stored', async () => {
    const user = aUser([anEmail()], { revision: 0 });
    const happened = [{ type: 'UserSuspended', data: { userId: 'nobody' as never } }] as const;
    await expect(directory.save({ before: null, after: user, happened })).rejects.toThrow();
    expect(await directory.find(user.userId)).toBeNull();
  });

  it('lets one of two changes win that touch the same users in opposite order', async () => {
    for (let round = 0; round < 4; round++) {
      const users: User[] = [];
      for (const address of [`a${round}@x.example`, `b${round}@x.example`]) {
        const user = aUser([anEmail(address)], { revision: 0 });
        await directory.save({ before: null, after: user, happened: [] });
        users.push((await directory.find(user.userId)) as User);
      }
      const suspended = users.map((before) => ({ before, after: { ...before, status: 'suspended' as const } }));
      const both = [suspended, [...suspended].reverse()].map(([first, ...beside]) =>
        directory.save({ ...(first as (typeof suspended)[number]), beside, happened: [] }),
      );
      const ends = await Promise.allSettled(both);
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = ends.find((end) => end.status === 'rejected');
      expect(lost?.reason).toEqual(expect.objectContaining({ constructor: DirectoryConflict, on: 'revision' }));
    }
  });

  it('answers every lookup of a sign-in by an index of its own, among many users', async () => {
    await source.query(`INSERT INTO "user" (user_id, revision, status, provenance, full_name_key, family_name_key,
      created_at) SELECT 'user_' || n, 1, 'active', '{}', '', '', now() FROM generate_series(1, 20000) n`);
    await source.query(`INSERT INTO "identity" (identity_id, user_id, type, canon, verified, email_proven, is_primary,
        connection_id, account_key, expected_object_id)
      SELECT 'identity_' || n, 'user_' || n, CASE n % 2 WHEN 0 THEN 'email' ELSE 'enterprise' END, n || '@x.example',
        n % 3 > 0, n % 3 > 0, true, 'conn_' || n % 5, CASE WHEN n % 4 = 1 THEN 'entra|t|' || n END, 'object-' || n
      FROM generate_series(1, 20000) n`);
    await source.query('ANALYZE');
    const plan: { 'QUERY PLAN': string }[] = await source.query(`EXPLAIN (GENERIC_PLAN) ${loadForSignIn.text}`);
    const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(lines).not.toMatch(/Seq Scan on (identity|user|"user") /);
    for (const index of ['identity_account_unique', 'identity_pending_object_unique', 'identity_canon', 'user_pk'])
      expect(lines).toContain(`using ${index}`);
    const own: { 'QUERY PLAN': string }[] = await source.query(`EXPLAIN (GENERIC_PLAN) ${loadForOwnSignIn.text}`);
    const ownLines = own.map((line) => line['QUERY PLAN']).join('\n');
    expect(ownLines).not.toMatch(/Seq Scan on (identity|user|"user") /);
  });
});

describe('organizations on Postgres', () => {
  it('are saved only as loaded, with one external id each', async () => {
    const contoso = anOrganization({ externalId: 'c-1', revision: 0 });
    await organizations.save(null, contoso, []);
    const before = await organizations.find(contoso.organizationId);
    expect(before).toEqual({ ...contoso, revision: 1 });
    await organizations.save(before, { ...contoso, name: 'Contoso Ltd' }, []);
    await expect(organizations.save(before, { ...contoso, name: 'Late' }, [])).rejects.toEqual(
      expect.objectContaining({ constructor: OrganizationConflict, on: 'revision' }),
    );
    const other = anOrganization({ externalId: 'c-1', revision: 0 });
    await expect(organizations.save(null, other, [])).rejects.toEqual(expect.objectContaining({ on: 'external-id' }));
    expect((await organizations.list({ limit: 10 })).map(({ name }) => name)).toEqual(['Contoso Ltd']);
    expect(await organizations.list({ limit: 10, externalId: 'c-2' })).toEqual([]);
  });
});

describe('the user catalogue', () => {
  const named = (givenName: string, familyName: string, address: string): User => {
    const why = { source: 'admin', connectionId: null, asOf: '2026-01-01T00:00:00.000Z', policy: 'admin' } as const;
    const profile = { givenName: { value: givenName, ...why }, familyName: { value: familyName, ...why } };
    return aUser([anEmail(address)], { revision: 0, profile });
  };

  it('filters by address, beginning of names, organization and status, page by page', async () => {
    const catalogue = new PostgresUserCatalogue(database);
    const contoso = anOrganization({ revision: 0 });
    await organizations.save(null, contoso, []);
    const ada = { ...named('Ada', 'Lovelace', 'ada@x.example'), organizations: [contoso.organizationId] };
    const adam = { ...named('Adam', '100%_Smith', 'smith@x.example'), status: 'suspended' as const };
    const eve = { ...aUser([anEnterpriseAccount(1, { canon: 'lo@x.example' })], { revision: 0 }) };
    for (const after of [ada, adam, eve]) await directory.save({ before: null, after, happened: [] });
    const ids = async (query: object) => (await catalogue.list({ limit: 10, ...query })).map(({ userId }) => userId);

    expect(await ids({})).toEqual([ada, adam, eve].map(({ userId }) => userId));
    expect(await ids({ email: 'ADA@X.example' })).toEqual([ada.userId]);
    expect(await ids({ q: 'AD' })).toEqual([ada.userId, adam.userId]);
    expect(await ids({ q: 'ada love' })).toEqual([ada.userId]);
    expect(await ids({ q: 'lo' })).toEqual([ada.userId, eve.userId]);
    expect(await ids({ q: '100%_' })).toEqual([adam.userId]);
    expect(await ids({ q: '%' })).toEqual([]);
    expect(await ids({ organizationId: contoso.organizationId })).toEqual([ada.userId]);
    expect(await ids({ status: 'suspended' })).toEqual([adam.userId]);
    expect(await ids({ status: 'active', q: 'ada' })).toEqual([ada.userId]);
    expect(await ids({ limit: 1 })).toHaveLength(2);
    expect(await ids({ cursor: adam.userId })).toEqual([eve.userId]);
    expect((await catalogue.organizationsOf(ada.userId)).map(({ name }) => name)).toEqual(['Contoso']);
  });
});
