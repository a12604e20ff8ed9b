import { organizationTopic, userStateTopic, userTopic } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { ended, importFile, rowsOf } from './fixtures/import-file.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let first: RunningDirectory;
const open = new Set<RunningDirectory>();
const start = async (change: Record<string, string> = {}) => {
  const one = await startDirectory(change);
  open.add(one);
  return one;
};
const another = (of: RunningDirectory) => start({ DATABASE_URL: of.databaseUrl, EVENT_LOG_DATABASE_URL: of.logUrl });
const close = async (one: RunningDirectory) => {
  open.delete(one);
  await one.close();
};

beforeAll(async () => {
  first = await start();
  await first.call('POST', '/organizations', { name: 'Contoso', externalId: 'contoso' });
});
afterAll(() => Promise.all([...open].map(close)));

const people = (prefix: string, count: number) =>
  rowsOf([
    'email,email_verified,given_name,organization',
    ...Array.from({ length: count }, (_, number) => `${prefix}${number}@x.example,true,Ada,contoso`),
  ]);
const begin = async (file: string) => (await first.send('POST', '/imports', 'text/csv', file)).body.importId as string;
const usersLike = async (of: RunningDirectory, prefix: string): Promise<string[]> => {
  const rows = await of.query('SELECT user_id FROM identity WHERE canon LIKE $1', [`${prefix}%`]);
  return rows.map((row) => row.user_id);
};

/** Every user was told once: created, with an identity, made a member; contiguously, and the state came last. */
async function expectToldOnce(of: RunningDirectory, userIds: string[]) {
  const told = new Map<string, string[]>(userIds.map((userId) => [userId, []]));
  for (const { subject, sequence, type } of await of.published(userTopic))
    told.get(subject)?.push(`${sequence} ${type}`);
  const stories = new Set([...told.values()].map((story) => story.join(', ')));
  expect([...stories]).toEqual(['1 UserCreated, 2 IdentityAdded']);
  const states = new Map<string, number[]>();
  for (const { subject, sequence } of await of.published(userStateTopic))
    if (told.has(subject)) states.set(subject, [...(states.get(subject) ?? []), sequence]);
  expect(new Set([...states.values()].map(String))).toEqual(new Set(['2']));
  const members = (await of.published(organizationTopic)).filter(({ type }) => type === 'MemberAdded');
  expect(members.map(({ sequence }) => sequence)).toEqual(members.map((_, index) => index + 2));
  expect(members.filter(({ data }) => told.has(data.userId))).toHaveLength(userIds.length);
}

it('goes on in another process where the one before ended, and applies no row twice', async () => {
  const id = await begin(people('resumed', 3000));
  await eventually(async () => (await first.call('GET', `/imports/${id}`)).body.counts.read > 0, { timeout: 30_000 });
  const gone = first;
  await close(gone);
  first = await another(gone);
  const { body: before } = await first.call('GET', `/imports/${id}`);
  expect(before.counts.read).toBeGreaterThan(0);
  expect(before.counts.read).toBeLessThan(3000);
  const done = await ended(first, id, 60_000);
  expect(done).toMatchObject({ state: 'done', counts: { read: 3000, created: 3000 } });
  expect(done.bytesRead).toBe(done.bytes);
  const users = await usersLike(first, 'resumed');
  expect(new Set(users).size).toBe(3000);
  await expectToldOnce(first, users);
}, 120_000);

it('is worked on by one instance at a time, however many there are', async () => {
  const second = await another(first);
  const ids = await Promise.all(['left', 'right', 'middle'].map((prefix) => begin(people(prefix, 300))));
  for (const id of ids)
    expect(await ended(second, id, 60_000)).toMatchObject({ state: 'done', counts: { created: 300 } });
  const users = (await Promise.all(['left', 'right', 'middle'].map((prefix) => usersLike(first, prefix)))).flat();
  expect(new Set(users).size).toBe(900);
  await expectToldOnce(first, users);
  await close(second);
}, 120_000);

it('meets changes that the API makes at the same time, and neither loses nor doubles anybody', async () => {
  const id = await begin(people('raced', 1000));
  const answers = [];
  for (let number = 999; number > 950; number--) {
    const identities = [{ type: 'email', email: `raced${number}@x.example`, verified: true }];
    answers.push((await first.call('POST', '/users', { identities })).status);
  }
  const { counts } = await ended(first, id, 60_000);
  expect(counts).toMatchObject({ read: 1000, rejected: 0 });
  const byApi = answers.filter((status) => status === 201).length;
  expect(counts.created).toBe(1000 - byApi);
  expect(new Set(await usersLike(first, 'raced')).size).toBe(1000);
}, 120_000);

it('ends when it is cancelled; what is imported stays, what was received goes', async () => {
  const id = await begin(people('cancelled', 6000));
  await eventually(async () => (await first.call('GET', `/imports/${id}`)).body.counts.read > 0, { timeout: 30_000 });
  const { body } = await first.call('POST', `/imports/${id}/cancel`);
  expect(body.state).toBe('cancelled');
  expect(await first.query('SELECT 1 FROM import_piece WHERE import_id = $1', [id])).toEqual([]);
  const then = await importFile(first, people('after', 1));
  expect(then.state).toBe('done');
  const { body: now } = await first.call('GET', `/imports/${id}`);
  expect(now).toMatchObject({ state: 'cancelled', counts: { read: body.counts.read } });
  expect(new Set(await usersLike(first, 'cancelled')).size).toBe(body.counts.created);
  expect((await first.call('POST', `/imports/${then.importId}/cancel`)).body.code).toBe('import.ended');
}, 60_000);

describe('personal data of the file', () => {
  const canaries = rowsOf([
    'email,given_name,provided_id,phone,username',
    'not.an.address.canary,GivenCanary,ProvidedCanary,+49301111111,name_canary',
    'canary.kept@x.example,"x\u202Ecanary",ProvidedCanary2,+49302222222,',
    'plain.canary@x.example,PlainCanary,ProvidedCanary3,+49303333333,',
  ]);

  async function tablesWith(text: string): Promise<string[]> {
    const tables = await first.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    const found: string[] = [];
    for (const { tablename } of tables) {
      const rows = await first.query(`SELECT 1 FROM "${tablename}" t WHERE lower(t::text) LIKE $1 LIMIT 1`, [
        `%${text.toLowerCase()}%`,
      ]);
      if (rows.length > 0) found.push(tablename);
    }
    return found;
  }

  it('is nowhere once a dry run has ended: no user, no event, no report, no log', async () => {
    const dry = await importFile(first, canaries, { query: '?dryRun=true' });
    expect(dry).toMatchObject({ state: 'done', dryRun: true, counts: { read: 3, created: 1, rejected: 2 } });
    expect(await tablesWith('canary')).toEqual([]);
    const report = await first.text('GET', `/imports/${dry.importId}/rejected.ndjson`);
    expect((report + first.logged.join()).toLowerCase()).not.toContain('canary');
    const told = await first.published(userStateTopic);
    expect(JSON.stringify(told).toLowerCase()).not.toContain('canary');
  });

  it('of rows that were left out is nowhere once the import has ended', async () => {
    const failing = `${canaries}"unclosed.canary@x.example`;
    expect(await importFile(first, failing)).toMatchObject({ state: 'failed', counts: { created: 1, rejected: 2 } });
    for (const text of ['not.an.address', 'GivenCanary', '49301111111', 'name_canary', 'canary.kept', 'unclosed'])
      expect(await tablesWith(text)).toEqual([]);
    expect(first.logged.join().toLowerCase()).not.toContain('canary');
  });
});

it('takes no file that is larger than the setting allows, also in parts', async () => {
  const small = await start({ IMPORT_MAX_BYTES: '1000' });
  const large = await small.send('POST', '/imports', 'text/csv', 'x'.repeat(1001));
  expect(large).toMatchObject({ status: 400, body: { code: 'import.too-large' } });
  expect((await small.call('GET', '/imports')).body.items).toMatchObject([{ state: 'cancelled', bytes: 0 }]);
  const { body } = await small.call('POST', '/imports/in-parts', { format: 'csv' });
  const put = (part: number, size: number) =>
    small.send('PUT', `/imports/${body.importId}/parts/${part}`, 'text/csv', 'x'.repeat(size));
  expect((await put(1, 600)).status).toBe(200);
  expect((await put(2, 600)).body.code).toBe('import.too-large');
  expect((await put(2, 400)).status).toBe(200);
  expect(await small.query('SELECT 1 FROM import_piece')).toHaveLength(2);
  await close(small);
});
