import { organizationTopic, userStateTopic, userTopic } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { aConnection, anAccount, newId, objectIdOf } from './domain/directory.builders.js';
import { announceConnection } from './fixtures/announce-connection.js';
import { ended, importFile, rowsOf, type ImportFileOptions } from './fixtures/import-file.js';
import { startDirectory, type RunningDirectory, type Upload } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

const call: RunningDirectory['call'] = (...all) => directory.call(...all);
const run = (file: Upload, options?: ImportFileOptions) => importFile(directory, file, options);
let addresses = 0;
const anAddress = () => `imported.${++addresses}@x.example`;
const userWith = async (email: string) => (await call('GET', `/users?email=${encodeURIComponent(email)}`)).body.items;

describe('an import of a CSV file', () => {
  it('makes a user of each row, with everything the row says, and tells it', async () => {
    const { body: organization } = await call('POST', '/organizations', { name: 'Contoso', externalId: 'contoso' });
    const [ada, bob] = [anAddress(), anAddress()];
    const file = rowsOf([
      'Email,First Name,Last Name,Email_Verified,username,phone,id,organization,picture',
      `${ada},Ada,"Exa""mple, née O'Neil",TRUE,Ada_1,+4930123456,p-1,contoso,https://x.example/a.png`,
      '',
      `${bob},=HYPERLINK("x"),,no,,,p-2,${organization.organizationId},`,
    ]);
    const done = await run(`\uFEFF${file}`);
    expect(done).toMatchObject({
      state: 'done',
      format: 'csv',
      counts: { read: 2, created: 2, updated: 0, unchanged: 0, rejected: 0 },
      rejectedBy: {},
      failure: null,
    });
    const [user] = await userWith(ada.toUpperCase());
    expect(user).toMatchObject({
      status: 'active',
      profile: { givenName: 'Ada', familyName: 'Exa"mple, née O\'Neil', picture: 'https://x.example/a.png' },
      organizations: [organization.organizationId],
    });
    const identities = Object.fromEntries(
      user.identities.map((one: { type: string; value: string; verified: boolean }) => [
        one.type,
        [one.value, one.verified],
      ]),
    );
    expect(identities).toEqual({ email: [ada, true], username: ['Ada_1', true], phone: ['+4930123456', false] });
    const told = (await directory.published(userTopic)).filter(({ subject }) => subject === user.userId);
    expect(told.map(({ type, sequence }) => [sequence, type])).toEqual([
      [1, 'UserCreated'],
      [2, 'IdentityAdded'],
      [3, 'IdentityAdded'],
      [4, 'IdentityAdded'],
    ]);
    expect(told[0]?.data).toMatchObject({ by: 'import' });
    const members = (await directory.published(organizationTopic)).filter(({ type }) => type === 'MemberAdded');
    expect(members.map(({ data }) => data.by)).toEqual(['import', 'import']);
    const [other] = await userWith(bob);
    expect(other.profile.givenName).toBe('=HYPERLINK("x")');
    expect((await directory.published(userStateTopic)).filter(({ subject }) => subject === other.userId)).toHaveLength(
      1,
    );
  });

  it('reads CRLF, rows that end early, and the end without a line break', async () => {
    const [ada, bob] = [anAddress(), anAddress()];
    const done = await run(`email,given_name\r\n${ada}\r\n"${bob}","Bo\r\nb"`);
    // A line break is no text that people read.
    expect(done).toMatchObject({ counts: { created: 1, rejected: 1 }, rejectedBy: { 'import.invalid-value': 1 } });
    expect(await userWith(ada)).toHaveLength(1);
  });

  it.each([
    ['no row at all', '', 'import.no-header', 1],
    ['an unknown column', 'email,shoe_size\n', 'import.unknown-column', 1],
    ['the same column twice', 'email,Email Address\n', 'import.duplicate-column', 1],
    ['UTF-16', Buffer.from('\uFEFFemail\n', 'utf16le'), 'import.not-utf8', 1],
    ['a quote that never ends', 'email\nfirst@x.example\n"a@x.example\n', 'import.quote-not-closed', 3],
    ['a row that never ends', `email\n"${'a'.repeat(300_000)}\n`, 'import.row-too-long', 2],
  ])('fails as a whole with %s, and says where', async (_, file, code, row) => {
    const failed = await run(file);
    expect(failed).toMatchObject({ state: 'failed', failure: { code, row } });
  });
});

describe('an import of NDJSON', () => {
  it('makes a user of each line', async () => {
    const [ada, bob] = [anAddress(), anAddress()];
    const lines = [
      { email: ada, email_verified: true, given_name: 'Ada', provided_id: 41 },
      { email: bob, family_name: null },
    ];
    const done = await run(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`, { type: 'ndjson' });
    expect(done).toMatchObject({ state: 'done', format: 'ndjson', counts: { read: 2, created: 2 } });
    expect((await userWith(ada))[0]).toMatchObject({ profile: { givenName: 'Ada' } });
  });

  it('leaves out a line that is a hundred times too long, and goes on', async () => {
    const ada = anAddress();
    const longestRow = new Uint8Array(262_144).fill(0x61);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent <= 100) return controller.enqueue(longestRow);
        controller.enqueue(new TextEncoder().encode(`\n{"email":"${ada}"}\n`));
        return controller.close();
      },
    });
    const done = await run(body, { type: 'ndjson', timeout: 60_000 });
    expect(done).toMatchObject({
      counts: { read: 2, created: 1, rejected: 1 },
      rejectedBy: { 'import.row-too-long': 1 },
    });
  }, 90_000);
});

describe('enterprise rows', () => {
  const connection = aConnection({ connectionId: newId('conn'), trustedProvider: false });
  const signIn = async (number: number, email: string, over = connection) =>
    (
      await call('POST', '/sign-ins', {
        attemptId: newId('attempt'),
        organizationId: null,
        connection: over,
        account: anAccount(number, { email, givenName: 'Ada', familyName: 'Example' }),
      })
    ).body;

  beforeAll(() => announceConnection(directory, { connectionId: connection.connectionId, name: 'contoso-entra' }));

  it('wait for the first sign-in, which lands on the imported user, whatever the letter case', async () => {
    const done = await run(rowsOf(['email,connection,provided_id', 'Ada.Waits@Contoso.example,Contoso-Entra,e-1']));
    expect(done).toMatchObject({ counts: { created: 1, rejected: 0 } });
    const [imported] = await userWith('ada.waits@contoso.example');
    expect(imported.identities).toMatchObject([{ type: 'enterprise', verified: false, account: null }]);
    const signedIn = await signIn(101, 'ADA.WAITS@contoso.example');
    expect(signedIn).toMatchObject({ outcome: 'signed-in', change: 'bound', userId: imported.userId });
    // The same file again: they are the one who signed in, and nothing is missing.
    const again = await run(rowsOf(['email,connection,provided_id', 'ada.waits@contoso.example,contoso-entra,e-1']));
    expect(again).toMatchObject({ counts: { unchanged: 1, created: 0, updated: 0, rejected: 0 } });
  });

  it('with an Entra object id wait for that account alone', async () => {
    const objectId = objectIdOf(102).toUpperCase();
    await run(rowsOf(['email,connection,entra_object_id', `named@contoso.example,contoso-entra,${objectId}`]));
    const [imported] = await userWith('named@contoso.example');
    expect((await signIn(103, 'named@contoso.example')).userId).not.toBe(imported.userId);
    expect(await signIn(102, 'other@contoso.example')).toMatchObject({ change: 'bound', userId: imported.userId });
    const again = await run(
      rowsOf(['email,connection,entra_object_id', `renamed@contoso.example,contoso-entra,${objectId}`]),
    );
    expect(again).toMatchObject({ counts: { unchanged: 1 } });
  });

  it('may leave their connection to the import', async () => {
    const query = `?connectionId=${connection.connectionId}`;
    const done = await run(rowsOf(['email', 'default@contoso.example']), { query });
    expect(done).toMatchObject({ counts: { created: 1 }, connectionId: connection.connectionId });
    const [imported] = await userWith('default@contoso.example');
    expect(imported.identities).toMatchObject([{ type: 'enterprise', connectionId: connection.connectionId }]);
  });
});

describe('a file in parts', () => {
  const announce = async () => (await call('POST', '/imports/in-parts', { format: 'csv' })).body.importId as string;
  const put = (id: string, part: number, body: string, headers?: Record<string, string>) =>
    directory.send('PUT', `/imports/${id}/parts/${part}`, 'text/csv', body, headers);

  it('may be cut anywhere, sent in any order, and sent again', async () => {
    const [ada, bob] = [anAddress(), anAddress()];
    const id = await announce();
    expect((await put(id, 2, `${ada.slice(3)}\n${bob}\n`)).body).toMatchObject({ part: 2, bytes: expect.any(Number) });
    await put(id, 1, 'something else');
    const early = await call('POST', `/imports/${id}/start`, { parts: 3 });
    expect(early).toMatchObject({ status: 409, body: { code: 'import.parts-missing' } });
    await put(id, 1, `email\n${ada.slice(0, 3)}`);
    expect((await call('POST', `/imports/${id}/start`, { parts: 2 })).status).toBe(202);
    expect(await ended(directory, id)).toMatchObject({ state: 'done', counts: { read: 2, created: 2 } });
    expect(await userWith(ada)).toHaveLength(1);
    expect(await put(id, 3, 'x')).toMatchObject({ status: 409, body: { code: 'import.not-receiving' } });
  });

  it('is checked by the checksum that came along', async () => {
    const id = await announce();
    const broken = await put(id, 1, 'email\n', { 'x-content-sha256': '0'.repeat(64) });
    expect(broken).toMatchObject({ status: 400, body: { code: 'import.part-broken' } });
    expect((await put(id, 1, 'email\n', { 'x-content-sha256': 'zz' })).body.code).toBe('import.bad-checksum');
    const [{ n }] = await directory.query('SELECT count(*)::int AS n FROM import_piece WHERE import_id = $1', [id]);
    expect(n).toBe(0);
    expect((await call('POST', `/imports/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    expect((await call('POST', `/imports/${id}/cancel`)).status).toBe(200);
  });

  it('keeps nothing of an upload that broke off, and takes the part again', async () => {
    const id = await announce();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(500_000).fill(0x61));
        setTimeout(() => controller.error(new Error('the line is dead')), 100);
      },
    });
    await expect(directory.send('PUT', `/imports/${id}/parts/1`, 'text/csv', body)).rejects.toThrow();
    await eventually(async () => {
      const [{ n }] = await directory.query('SELECT count(*)::int AS n FROM import_piece WHERE import_id = $1', [id]);
      return n === 0;
    });
    const ada = anAddress();
    await put(id, 1, `email\n${ada}\n`);
    await call('POST', `/imports/${id}/start`, { parts: 1 });
    expect(await ended(directory, id)).toMatchObject({ state: 'done', counts: { created: 1 } });
  });
});

describe('the API of imports', () => {
  it('refuses what it cannot take', async () => {
    const post = (type: string, query = '') => directory.send('POST', `/imports${query}`, type, 'email\n');
    expect(await post('application/xml')).toMatchObject({ status: 415 });
    expect((await post('text/csv; charset=iso-8859-1')).body.code).toBe('import.not-utf8');
    expect((await directory.send('POST', '/imports', 'application/json', '{}')).body.code).toBe('import.wrong-type');
    expect((await post('text/csv', `?connectionId=${newId('conn')}`)).body.code).toBe('import.connection-not-found');
    expect((await post('text/csv', '?dryrun=true')).body.code).toBe('request.unknown-field');
    const id = newId('import');
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/rejected'],
      ['GET', '/rejected.ndjson'],
      ['POST', '/cancel'],
    ] as const)
      expect((await call(method, `/imports/${id}${path}`)).body.code).toBe('import.not-found');
    expect((await directory.send('PUT', `/imports/${id}/parts/1`, 'text/csv', 'x')).body.code).toBe('import.not-found');
    expect((await directory.send('PUT', `/imports/${id}/parts/0`, 'text/csv', 'x')).body.code).toBe('import.bad-part');
  });

  it('needs the scope for users', async () => {
    expect((await call('GET', '/imports', undefined, 'organizations:read')).status).toBe(403);
    expect((await call('POST', '/imports/in-parts', { format: 'csv' }, 'users:read')).status).toBe(403);
    expect((await call('POST', `/imports/${newId('import')}/cancel`, undefined, 'users:read')).status).toBe(403);
  });

  it('lists imports, the newest first', async () => {
    const { body: announced } = await call('POST', '/imports/in-parts', { format: 'ndjson', dryRun: true });
    const { body: page } = await call('GET', '/imports?state=receiving&limit=1');
    expect(page.items).toEqual([announced]);
    const { body: older } = await call('GET', `/imports?limit=1&cursor=${announced.importId}`);
    expect(older.items[0].importId < announced.importId).toBe(true);
  });
});
