import fc from 'fast-check';
import { aConnection, newId, objectIdOf } from './domain/directory.builders.js';
import { rowErrors } from './domain/import/import.errors.js';
import { announceConnection } from './fixtures/announce-connection.js';
import { importFile, rowsOf, type ImportFileOptions } from './fixtures/import-file.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
const entra = aConnection({ connectionId: newId('conn') });
const social = aConnection({ connectionId: newId('conn') });
const partner = aConnection({ connectionId: newId('conn') });
beforeAll(async () => {
  directory = await startDirectory();
  await announceConnection(directory, { connectionId: entra.connectionId, name: 'entra' });
  const socials = [
    { connectionId: social.connectionId, name: 'google' },
    { connectionId: partner.connectionId, name: 'partner', strategy: 'oidc', identityType: 'enterprise' },
  ];
  for (const one of socials) await announceConnection(directory, one, 'SocialConnectionState');
  await directory.call('POST', '/organizations', { name: 'Contoso', externalId: 'contoso' });
});
afterAll(() => directory.close());

const run = (file: string, options?: ImportFileOptions) => importFile(directory, file, options);
const header = 'email,email_verified,given_name,provided_id,username,phone,organization,connection,entra_object_id';
const rejectedOf = async (importId: string) =>
  (await directory.call('GET', `/imports/${importId}/rejected`)).body.items;
let people = 0;
const somebody = () => `row.${++people}@x.example`;

/** Rows that go well first, then the one that shall be left out. */
const cases: [code: string, field: string | null, rows: (mail: string) => string[]][] = [
  ['import.invalid-value', 'email', () => ['no address']],
  ['import.invalid-value', 'email_verified', (mail) => [`${mail},perhaps`]],
  ['import.invalid-value', 'given_name', (mail) => [`${mail},,"a\u202Eb"`]],
  ['import.invalid-value', 'provided_id', (mail) => [`${mail},,,${'p'.repeat(201)}`]],
  ['import.invalid-value', 'username', (mail) => [`${mail},true,,,ﬀ`]],
  ['import.invalid-value', 'phone', (mail) => [`${mail},,,,,12`]],
  ['import.invalid-value', 'entra_object_id', (mail) => [`${mail},,,,,,,entra,no-guid`]],
  ['import.too-many-cells', null, (mail) => [`${mail},,,,,,,,,more`]],
  ['import.no-identity', null, () => [',,Ada']],
  ['import.no-identity', 'email', () => [`,,,,,,,entra,${objectIdOf(900)}`]],
  ['import.connection-not-found', 'connection', (mail) => [`${mail},,,,,,,nobody`]],
  ['import.connection-not-enterprise', 'connection', (mail) => [`${mail},,,,,,,google`]],
  ['import.object-id-not-entra', 'entra_object_id', (mail) => [`${mail},,,,,,,partner,${objectIdOf(901)}`]],
  ['import.object-id-not-entra', 'entra_object_id', (mail) => [`${mail},,,,,,,,${objectIdOf(902)}`]],
  ['import.organization-not-found', 'organization', (mail) => [`${mail},,,,,,nobody`]],
  ['import.provided-id-differs', 'provided_id', (mail) => [`${mail},true,,a-${mail}`, `${mail},true,,b-${mail}`]],
  ['import.profile-differs', 'given_name', (mail) => [`${mail},true,Ada`, `${mail},true,Bob`]],
  ['import.email-differs', 'email', (mail) => [`${mail},true,,c-${mail}`, `other.${mail},true,,c-${mail}`]],
  ['import.phone-differs', 'phone', (mail) => [`${mail},true,,,,+49301${people}1`, `${mail},true,,,,+49301${people}2`]],
  ['import.username-differs', 'username', (mail) => [`${mail},true,,,one_${people}`, `${mail},true,,,two_${people}`]],
  [
    'import.object-id-differs',
    'entra_object_id',
    (mail) => [`${mail},,,,,,,entra,${objectIdOf(903)}`, `${mail},,,,,,,entra,${objectIdOf(904)}`],
  ],
  [
    'import.email-differs',
    'email',
    (mail) => [`${mail},,,,,,,entra,${objectIdOf(905)}`, `other.${mail},,,,,,,entra,${objectIdOf(905)}`],
  ],
  ['identity.email-taken', 'email', (mail) => [`${mail},true`, `o.${mail},true,,d-${mail}`, `${mail},true,,d-${mail}`]],
  ['identity.email-taken', 'email', (mail) => [`${mail},true`, `${mail.toUpperCase()},,,,,,,entra`]],
  ['identity.email-taken', 'email', (mail) => [`${mail},,,,,,,entra`, `${mail},true`]],
  [
    'identity.username-taken',
    'username',
    (mail) => [`${mail},true,,,Rosy_${people}`, `o.${mail},true,,,ROSY_${people}`],
  ],
  ['identity.phone-taken', 'phone', (mail) => [`${mail},,,,,+49302${people}1`, `o.${mail},,,,,+49302${people}1`]],
  [
    'identity.pending-taken',
    'email',
    (mail) => [`${mail},,,e-${mail},,,,entra`, `o.${mail},,,f-${mail},,,,entra`, `${mail},,,f-${mail},,,,entra`],
  ],
  [
    'identity.enterprise-exclusive',
    'connection',
    (mail) => [`${mail},,,g-${mail},,,,entra`, `${mail},,,g-${mail},,,,partner`],
  ],
  ['identity.username-needs-email', 'username', (mail) => [`${mail},,,,name_${people}`]],
];

describe('a row', () => {
  it.each(cases)('is left out with %s on %s', async (code, field, rows) => {
    const some = rows(somebody());
    const done = await run(rowsOf([header, ...some]));
    expect(await rejectedOf(done.importId)).toEqual([{ row: some.length + 1, code, field, says: expect.any(String) }]);
    expect(done).toMatchObject({ state: 'done', rejectedBy: { [code]: 1 }, counts: { rejected: 1 } });
  });

  it('of NDJSON is left out with a code of its own, and all of them can be downloaded', async () => {
    const done = await run(`{"given_name":"${'a'.repeat(300_000)}"}\n[]\n{"emial":"x"}\n{"email":"\xfc"}\n`, {
      type: 'ndjson',
    });
    expect(done.rejectedBy).toEqual({
      'import.row-too-long': 1,
      'import.not-json': 1,
      'import.unknown-field': 1,
      'import.invalid-value': 1,
    });
    const lines = await directory.text('GET', `/imports/${done.importId}/rejected.ndjson`);
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).row),
    ).toEqual([1, 2, 3, 4]);
  });

  it('has a case above for every code that a file alone can bring about', () => {
    const elsewhere = ['import.not-utf8', 'import.row-too-long', 'import.not-json', 'import.unknown-field'];
    const races = ['import.conflict'];
    const codes = Object.keys(rowErrors.table).filter((code) => ![...elsewhere, ...races].includes(code));
    expect(codes.filter((code) => !cases.some(([tried]) => tried === code))).toEqual([]);
  });
});

describe('somebody who is there already', () => {
  it('gets what is missing, found by provided_id', async () => {
    const mail = somebody();
    const once = await run(rowsOf([header, `${mail},,,z-1`]));
    expect(once.counts).toMatchObject({ created: 1 });
    const more = await run(rowsOf([header, `${mail},true,Ada,z-1,zed_1,+493099991,contoso`]));
    expect(more.counts).toEqual({ read: 1, created: 0, updated: 1, unchanged: 0, rejected: 0 });
    const [user] = (await directory.call('GET', `/users?email=${mail}`)).body.items;
    expect(user).toMatchObject({ profile: { givenName: 'Ada' }, organizations: [expect.any(String)] });
    expect(user.identities.map((one: { type: string; verified: boolean }) => [one.type, one.verified]).sort()).toEqual([
      ['email', true],
      ['phone', false],
      ['username', true],
    ]);
  });

  it('of the admin API is found by verified email, and takes the provided_id', async () => {
    const mail = somebody();
    const identities = [{ type: 'email', email: mail, verified: true }];
    const { body: user } = await directory.call('POST', '/users', { identities });
    const done = await run(rowsOf([header, `${mail.toUpperCase()},true,,z-2`]));
    expect(done.counts).toMatchObject({ updated: 1 });
    const [row] = await directory.query('SELECT user_id FROM "user" WHERE provided_id = $1', ['z-2']);
    expect(row.user_id).toBe(user.userId);
  });

  it('is not found by an address nobody proved: a verified row makes a user of its own', async () => {
    const mail = somebody();
    const { body: claimer } = await directory.call('POST', '/users', { identities: [{ type: 'email', email: mail }] });
    const done = await run(rowsOf([header, `${mail},true`]));
    expect(done.counts).toMatchObject({ created: 1 });
    const users = (await directory.call('GET', `/users?email=${mail}`)).body.items;
    expect(users.filter((one: { userId: string }) => one.userId !== claimer.userId)).toHaveLength(1);
  });
});

describe('any file', () => {
  const one = <T>(values: T[]) => fc.constantFrom(...values);
  const row = fc.record(
    {
      email: one(['a@p.example', 'A@p.example', 'b@p.example', 'c@p.example', 'd@p.example', 'none']),
      email_verified: fc.boolean(),
      given_name: one(['Ada', 'Bob']),
      provided_id: one(['1', '2', '3', '4']),
      username: one(['one', 'ONE', 'two', '?']),
      phone: one(['+49301234567', '+49307654321']),
      organization: one(['contoso', 'nobody']),
      connection: one(['entra', 'Entra', 'partner', 'google']),
      entra_object_id: one([objectIdOf(1), objectIdOf(2)]),
    },
    { requiredKeys: [] },
  );

  it('adds up, changes nothing when it comes again, and is foreseen by a dry run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 24 }), async (rows) => {
        await directory.query('DELETE FROM "user"');
        const file = rows.map((each) => JSON.stringify(each)).join('\n');
        const dry = await run(file, { type: 'ndjson', query: '?dryRun=true' });
        const real = await run(file, { type: 'ndjson' });
        const again = await run(file, { type: 'ndjson' });
        const { read, created, updated, unchanged, rejected } = real.counts;
        expect(read).toBe(rows.length);
        expect(created + updated + unchanged + rejected).toBe(read);
        expect(dry).toMatchObject({ counts: real.counts, rejectedBy: real.rejectedBy });
        expect(again.counts).toMatchObject({ read, created: 0, updated: 0, rejected });
        expect(await rejectedOf(again.importId)).toHaveLength(rejected);
      }),
      { numRuns: 16 },
    );
  });

  it('is decided alike in one chunk and in many', async () => {
    // A chunk ends after a megabyte: five such rows.
    const long = (text: string) => text.padEnd(220_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 12, maxLength: 22 }),
        fc.constantFrom('', '?dryRun=true'),
        async (rows, query) => {
          const lines = rows.map((each) => JSON.stringify(each));
          await directory.query('DELETE FROM "user"');
          const many = await run(lines.map(long).join('\n'), { type: 'ndjson', query });
          await directory.query('DELETE FROM "user"');
          const single = await run(lines.join('\n'), { type: 'ndjson', query });
          expect(many).toMatchObject({ counts: single.counts, rejectedBy: single.rejectedBy });
          expect(await rejectedOf(many.importId)).toEqual(await rejectedOf(single.importId));
        },
      ),
      { numRuns: 6 },
    );
  });
});
