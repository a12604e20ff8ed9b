import { EventEmitter, once } from 'node:events';
import { Database, openDataSource, Outbox } from '@homerealm/events';
import { createDatabase } from '@homerealm/testing';
import type { DataSource } from 'typeorm';
import { newId, now } from '../../domain/directory.builders.js';
import type { WantedUser } from '../../domain/import/import-row.js';
import type { KnownUser } from '../../domain/import/known-users.js';
import { ImportConflict, type Chunk, type ChunkResult, type Claim } from '../../use-cases/import/import-work.port.js';
import type { References } from '../../use-cases/import/read-import-row.js';
import { RunImports } from '../../use-cases/import/run-imports.js';
import { entities } from '../entities.js';
import { migrations } from '../migrations/index.js';
import { PostgresDirectory } from '../postgres.directory.js';
import { ImportBell } from './import-bell.js';
import { PostgresImportWork } from './postgres.import-work.js';
import { PostgresImports } from './postgres.imports.js';

let source: DataSource;
let database: Database;
let imports: PostgresImports;
let work: PostgresImportWork;

beforeAll(async () => {
  const url = await createDatabase('directory_import');
  source = await openDataSource({ service: 'identity-directory', url, poolSize: 5, entities, migrations });
  database = new Database(source);
  imports = new PostgresImports(database, new ImportBell());
  work = new PostgresImportWork(database, ...parts());
});
afterAll(() => source.destroy());
beforeEach(() => source.query('TRUNCATE "user", "import", outbox, event_sequence CASCADE'));

function parts(): [Outbox, PostgresDirectory] {
  const outbox = new Outbox(database, 'identity-directory');
  return [outbox, new PostgresDirectory(database, outbox)];
}

const fresh = { now: () => now, newId };
const never = new AbortController().signal;

async function started(file: string) {
  const importId = newId('import');
  await imports.create({ importId, format: 'csv', dryRun: false, connectionId: null, createdAt: now });
  await imports.receive({ importId, part: 1, maxBytes: 1e9, sha256: null }, bytes(file));
  await imports.start(importId, 1);
  return importId;
}

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const file = (...names: string[]) => `email,given_name\n${names.map((name) => `${name}@x.example,${name}\n`).join('')}`;
const nobody = (position: number): ChunkResult => ({
  position,
  row: 2,
  columns: ['email'],
  counts: { created: 0, updated: 0, unchanged: 1, rejected: 0 },
  users: [],
  rejected: [],
});
/** Chunks of one row. None is stored before the next one was read, so that what is asked for meanwhile comes first. */
class OneByOne extends PostgresImportWork {
  readonly noted: string[] = [];
  private readonly next = new EventEmitter();

  override async *read(claim: Claim): AsyncIterable<Chunk> {
    for await (const { lines, columns } of super.read(claim))
      for (const line of lines) yield { lines: [line], columns };
    this.next.emit('read');
  }

  override references(...given: Parameters<PostgresImportWork['references']>): Promise<References> {
    this.next.emit('read');
    return super.references(...given);
  }

  override known(claim: Claim, wanted: readonly WantedUser[]): Promise<KnownUser[]> {
    this.noted.push(`known ${wanted[0]?.identities[0]?.canon?.split('@')[0]}`);
    return super.known(claim, wanted);
  }

  override async commit(claim: Claim, result: ChunkResult): Promise<boolean> {
    await once(this.next, 'read');
    const kept = await super.commit(claim, result);
    this.noted.push(`stored ${result.users[0]?.after.user.profile.givenName?.value?.toLowerCase() ?? '-'}`);
    return kept;
  }
}

const expire = () => source.query(`UPDATE "import" SET lease_until = now() - interval '1 second'`);

describe('whoever works on an import', () => {
  it('is alone with it until they were silent for a while', async () => {
    const importId = await started(file('ada'));
    expect(await work.claim()).toMatchObject({ importId, position: 0 });
    expect(await work.claim()).toBeNull();
    await expire();
    expect(await work.claim()).toMatchObject({ importId });
  });

  it('stores nothing more once somebody else has taken over', async () => {
    await started(file('ada'));
    const slow = (await work.claim()) as Claim;
    await expire();
    const quick = (await work.claim()) as Claim;
    expect(await work.commit(slow, nobody(20))).toBe(false);
    expect(await work.commit(quick, nobody(20))).toBe(true);
    expect(await work.commit(quick, nobody(20))).toBe(false); // the place has moved
    await work.end(slow, null);
    expect(await imports.find(quick.importId)).toMatchObject({ state: 'running', counts: { read: 1 } });
  });

  it('may stop before all was erased: the next one brings the end about', async () => {
    const importId = await started(file('ada'));
    const claim = (await work.claim()) as Claim;
    await source.query(`UPDATE "import" SET ending = true, failure_code = 'import.unreadable', failure_row = 7`);
    expect(await work.commit(claim, nobody(20))).toBe(false);
    await expire();
    expect(await work.claim()).toBeNull();
    expect(await imports.find(importId)).toMatchObject({ state: 'failed', failure: { row: 7 } });
    expect(await source.query('SELECT 1 FROM import_piece')).toEqual([]);
  });

  it('leaves out the one row that others keep getting in the way of, and stores the rest', async () => {
    class Contended extends PostgresImportWork {
      override commit(claim: Claim, result: ChunkResult): Promise<boolean> {
        const met = result.users.some(({ after }) => after.user.profile.givenName?.value === 'eve');
        return met ? Promise.reject(new ImportConflict()) : super.commit(claim, result);
      }
    }
    const importId = await started(file('ada', 'bob', 'eve', 'dan', 'fay'));
    await new RunImports(new Contended(database, ...parts()), fresh).execute(never);
    expect(await imports.find(importId)).toMatchObject({
      state: 'done',
      counts: { read: 5, created: 4, rejected: 1 },
      rejectedBy: { 'import.conflict': 1 },
    });
    expect(await imports.rejected(importId, 0, 10)).toMatchObject([{ row: 4, code: 'import.conflict' }]);
  });

  it('gives up after some tries at one place, and says so', async () => {
    class Broken extends PostgresImportWork {
      override commit(): Promise<boolean> {
        return Promise.reject(new Error('no more disk'));
      }
    }
    const importId = await started(file('ada'));
    const run = new RunImports(new Broken(database, ...parts()), fresh);
    for (let tries = 1; tries <= 4; tries++) {
      await expect(run.execute(never)).rejects.toThrow('no more disk');
      expect(await run.execute(never)).toBe(false); // not at once
      await expire();
    }
    await run.execute(never);
    expect(await imports.find(importId)).toMatchObject({ state: 'failed', failure: { code: 'import.internal' } });
  });

  it('decides rows while those before are stored, unless they concern somebody of those', async () => {
    const importId = await started(`${file('ada', 'bob', 'cleo')}BOB@x.example,bob\ndan@x.example,dan\n`);
    const work = new OneByOne(database, ...parts());
    await new RunImports(work, fresh).execute(never);
    const { counts } = (await imports.find(importId)) ?? {};
    expect(counts).toEqual({ read: 5, created: 4, updated: 0, unchanged: 1, rejected: 0 });
    expect(work.noted).toEqual([
      ...['known ada', 'known bob', 'stored ada', 'known cleo', 'stored bob', 'known bob', 'stored cleo'],
      ...['known dan', 'stored -', 'stored dan'],
    ]);
    await started(file('eve', 'EVE'));
    work.noted.length = 0;
    await new RunImports(work, fresh).execute(never);
    expect(work.noted).toEqual(['known eve', 'stored eve', 'known eve', 'stored -']);
  });

  it('stops between two chunks when the service ends, and lets go', async () => {
    const importId = await started(file('ada'));
    await new RunImports(work, fresh).execute(AbortSignal.abort());
    expect(await work.claim()).toMatchObject({ importId, tries: 0 });
  });

  it('reads one page of an index for each thing it looks up, among many users', async () => {
    await source.query(`INSERT INTO "user" (user_id, revision, status, provenance, full_name_key, family_name_key,
      created_at, provided_id) SELECT 'user_' || n, 1, 'active', '{}', '', '', now(), 'p' || n
      FROM generate_series(1, 20000) n`);
    await source.query(`INSERT INTO "identity" (identity_id, user_id, type, canon, verified, email_proven, is_primary)
      SELECT 'identity_' || n, 'user_' || n, 'email', n || '@x.example', true, false, true
      FROM generate_series(1, 20000) n`);
    await source.query('ANALYZE');
    const { findConcerned } = await import('./known.statements.js');
    const plan: { 'QUERY PLAN': string }[] = await source.query(`EXPLAIN (GENERIC_PLAN) ${findConcerned}`);
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on (identity|user|"user") /);
  });
});
