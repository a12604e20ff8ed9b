import { aConnection, anAccount, newId } from './domain/directory.builders.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

const call: RunningDirectory['call'] = (...all) => directory.call(...all);
let people = 0;
const anAddress = () => `person.${++people}@x.example`;
const verified = () => ({ type: 'email', email: anAddress(), verified: true });
const upstream = (change: object = {}) => ({
  attemptId: newId('attempt'),
  connection: aConnection(),
  organizationId: null,
  account: anAccount(7000 + ++people, { email: anAddress() }),
  ...change,
});
const rows = () =>
  directory.query(`SELECT (SELECT count(*) FROM "user") AS u, (SELECT count(*) FROM "identity") AS i,
    (SELECT count(*) FROM "organization") AS o, (SELECT count(*) FROM "membership") AS m,
    (SELECT count(*) FROM sign_in_answer) AS a, (SELECT sum(last) FROM event_sequence) AS e`);

const injections = [
  `'`,
  `''`,
  `"`,
  `' OR '1'='1`,
  `' OR 1=1 --`,
  `x' UNION SELECT user_id FROM "user" --`,
  `'; DROP TABLE "identity"; --`,
  `1; SELECT pg_sleep(5)`,
  `') OR pg_sleep(5) IS NULL --`,
  `$1`,
  `$$; SELECT 1; $$`,
  `%`,
  `_`,
  `\\`,
  `\\'; SELECT 1 --`,
  `E'\\x27'`,
  `{"$ne":null}`,
  `$.profile ? (@ == 1)`,
  `"user"."user_id"`,
  `(SELECT value FROM identity LIMIT 1)`,
  `\u02BC OR 1=1`,
  `\uFF07 OR 1=1`,
  'a\u0000b',
  '\u{10FFFF}',
];

describe('A40: text that wants to be SQL', () => {
  beforeAll(async () => {
    for (let made = 0; made < 3; made++) await call('POST', '/users', { identities: [verified()] });
    await call('POST', '/organizations', { name: 'Contoso', externalId: 'c-1' });
  });

  const filters = ['q', 'email', 'organizationId', 'status', 'cursor', 'limit', 'sort', 'order', 'fields'];
  it.each(filters)('finds nobody as the filter %s, and does nothing else', async (filter) => {
    const before = await rows();
    for (const text of injections) {
      const { status, body } = await call('GET', `/users?${filter}=${encodeURIComponent(text)}`);
      expect([text, status]).toEqual([text, status < 300 ? 200 : 400]);
      if (status === 200 && filter !== 'cursor') expect([text, body.items]).toEqual([text, []]);
    }
    expect(await rows()).toEqual(before);
  });

  it('finds nothing in lists of others, and in paths', async () => {
    const before = await rows();
    const { userId } = (await call('GET', '/users?limit=1')).body.items[0];
    for (const text of injections) {
      const part = encodeURIComponent(text);
      const lists = [
        `/organizations?externalId=${part}`,
        `/organizations?cursor=${part}`,
        `/organizations?sort=${part}`,
      ];
      for (const path of lists) expect([path, (await call('GET', path)).status < 500]).toEqual([path, true]);
      expect((await call('GET', `/organizations?externalId=${part}`)).body.items ?? []).toEqual([]);
      for (const path of [
        `/users/${part}`,
        `/users/${part}/links`,
        `/users/${part}/identities`,
        `/organizations/${part}`,
      ])
        expect([path, (await call('GET', path)).status]).toEqual([path, 404]);
      for (const path of [`/users/${userId}/identities/${part}/verify`, `/users/${userId}/links/${part}/undo`])
        expect([path, (await call('POST', path)).status]).toEqual([path, 404]);
    }
    expect(await rows()).toEqual(before);
  });

  it('is a text like any other in a body', async () => {
    for (const text of injections) {
      const profile = { givenName: text, familyName: `x${text}` };
      const answer = await call('POST', '/users', { profile, identities: [verified()] });
      if (answer.status === 201) {
        expect(answer.body.profile.familyName).toBe(`x${text}`.trim());
      } else expect([text, answer.status]).toEqual([text, 400]);
      const asks = { by: 'username', username: text };
      expect(await call('POST', '/sign-in-addresses', asks)).toEqual({ status: 200, body: { sendTo: null } });
      const claims = { email: anAddress(), givenName: text, extra: { department: text } };
      const signedIn = await call('POST', '/sign-ins', upstream({ account: anAccount(8000 + ++people, claims) }));
      expect([text, signedIn.status]).toEqual([text, text.includes('\u0000') ? 400 : 200]);
      const preview = { connection: aConnection(), cursor: text };
      expect((await call('POST', '/link-preview', preview)).status).toBeLessThan(500);
    }
  });

  it('is refused when no database can store it', async () => {
    for (const givenName of ['\uD800', 'x\uDFFFy']) {
      const account = anAccount(8000 + ++people, { givenName });
      expect(await call('POST', '/sign-ins', upstream({ account }))).toMatchObject({ status: 400 });
      const proof = { by: 'email', email: anAddress() };
      const signUp = { givenName, familyName: null, picture: null, username: null };
      const own = { attemptId: newId('attempt'), organizationId: null, proof, signUp };
      expect(await call('POST', '/sign-ins', own)).toMatchObject({ status: 400 });
    }
  });
});

describe('A39: keys that want to change every object', () => {
  const polluted = () => ({}) as Record<string, unknown>;

  it.each([
    ['in a body', '{"__proto__":{"polluted":1},'],
    ['in a body, twice removed', '{"constructor":{"prototype":{"polluted":1}},'],
  ])('have no effect %s', async (_title, start) => {
    const valid: [string, object][] = [
      ['/users', { identities: [verified()] }],
      ['/sign-ins', upstream()],
      ['/organizations', { name: 'X' }],
      ['/link-preview', { connection: aConnection() }],
      ['/sign-in-addresses', { by: 'username', username: 'x' }],
    ];
    for (const [path, body] of valid) {
      const answer = await call('POST', path, start + JSON.stringify(body).slice(1));
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(answer.body.polluted).toBeUndefined();
      expect(polluted()['polluted']).toBeUndefined();
    }
  });

  it('have no effect in claims', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      const text = JSON.stringify(upstream()).replace(
        '"claims":{',
        `"claims":{"extra":{"${key}":"polluted"},"${key}":{"polluted":1},`,
      );
      const answer = await call('POST', '/sign-ins', text);
      expect([key, answer.status < 500]).toEqual([key, true]);
      expect(polluted()['polluted']).toBeUndefined();
      if (answer.status === 200) {
        expect(answer.body.user.profile).toEqual({ givenName: null, familyName: null, picture: null });
        expect(JSON.stringify(answer.body.user)).not.toContain('polluted');
      }
    }
  });
});

describe('A41: fields that nobody may set', () => {
  const extras = {
    userId: newId('user'),
    revision: 99,
    status: 'suspended',
    role: 'admin',
    isAdmin: true,
    organizations: [newId('org')],
    createdAt: '2000-01-01T00:00:00.000Z',
    profileSources: {},
    account: { kind: 'entra' },
    emailProven: true,
    primary: true,
    iss: 'https://evil.example',
  };
  type Route = { route: string; path: () => Promise<string>; body: () => object };
  const aUser = async () => (await call('POST', '/users', { identities: [verified()] })).body.userId as string;
  const anOrganization = async () =>
    (await call('POST', '/organizations', { name: 'X' })).body.organizationId as string;
  const strict: Route[] = [
    { route: 'post /users', path: async () => '/users', body: () => ({ identities: [verified()] }) },
    { route: 'patch /users/{userId}', path: async () => `/users/${await aUser()}`, body: () => ({ profile: {} }) },
    {
      route: 'post /users/{userId}/identities',
      path: async () => `/users/${await aUser()}/identities`,
      body: verified,
    },
    { route: 'post /organizations', path: async () => '/organizations', body: () => ({ name: 'X' }) },
    {
      route: 'patch /organizations/{organizationId}',
      path: async () => `/organizations/${await anOrganization()}`,
      body: () => ({ name: 'Y' }),
    },
    {
      route: 'post /organizations/{organizationId}/members',
      path: async () => `/organizations/${await anOrganization()}/members`,
      body: () => ({}),
    },
    { route: 'post /link-preview', path: async () => '/link-preview', body: () => ({ connection: aConnection() }) },
  ];
  /** The gateway speaks to these: a field it sends ahead of this version is dropped, and must be without effect. */
  const dropping = ['post /sign-ins', 'post /sign-in-addresses'];

  it.each(strict.map((one) => [one.route, one] as const))('%s refuses each of them', async (_route, { path, body }) => {
    const [at, valid] = [await path(), body()];
    const before = await rows();
    const method = _route.split(' ')[0]?.toUpperCase() ?? '';
    for (const [field, value] of Object.entries(extras)) {
      if (field in valid || (field === 'userId' && at.endsWith('/members'))) continue;
      const answer = await call(method, at, { ...valid, [field]: value });
      expect([field, answer.status]).toEqual([field, 400]);
      const problems = (answer.body.errors ?? [answer.body]) as { field: string }[];
      expect(problems.map((one) => one.field)).toContain(field);
    }
    expect(await rows()).toEqual(before);
  });

  it('reporting a sign-in drops them', async () => {
    const { body } = await call('POST', '/sign-ins', {
      ...upstream(),
      ...extras,
      account: anAccount(9000 + ++people, {}),
    });
    expect(body).toMatchObject({ outcome: 'signed-in', user: { status: 'active', organizations: [] } });
    expect(body.userId).not.toBe(extras.userId);
    const asks = { by: 'username', username: 'nobody', ...extras };
    expect((await call('POST', '/sign-in-addresses', asks)).body).toEqual({ sendTo: null });
  });

  it('is asked of every route that takes a body', async () => {
    type Paths = Record<string, Record<string, { requestBody?: unknown }>>;
    const paths = (await call('GET', '/docs-json', undefined, null)).body.paths as Paths;
    const taking = Object.entries(paths)
      .filter(([path]) => !path.startsWith('/imports')) // theirs has specs of its own
      .flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { requestBody }]) => (requestBody ? [`${method} ${path}`] : [])),
      );
    expect(taking.sort()).toEqual([...strict.map(({ route }) => route), ...dropping].sort());
  });
});

describe('the word of a provider', () => {
  it.each(['true', 1, 'yes', [true], {}])('A3: email_verified %j is not true', async (emailVerified) => {
    const claims = { email: anAddress(), emailVerified };
    const account = { ...anAccount(9500 + ++people), claims };
    const connection = aConnection({ strategy: 'google', pinnedTenant: false });
    expect(await call('POST', '/sign-ins', upstream({ connection, account }))).toMatchObject({ status: 400 });
  });

  it('A2: follows the account when its address turns into somebody else’s', async () => {
    const [first, other] = [anAddress(), anAddress()];
    const connection = aConnection({ trustScope: 'any' });
    const owner = (await call('POST', '/users', { identities: [{ type: 'email', email: other, verified: true }] }))
      .body;
    const account = anAccount(9900 + ++people, { email: first });
    const created = (await call('POST', '/sign-ins', upstream({ connection, account }))).body;
    const renamed = { ...account, claims: { email: other }, asOf: '2026-11-22T12:00:00.000Z' };
    const again = (await call('POST', '/sign-ins', upstream({ connection, account: renamed }))).body;
    expect(again).toMatchObject({ change: 'matched', userId: created.userId });
    expect(again.userId).not.toBe(owner.userId);
    expect((await call('GET', `/users/${owner.userId}`)).body.identities).toMatchObject([{ type: 'email' }]);
  });

  it('A33: a connection of one organization signs nobody into another, whoever they are and whatever is asked', async () => {
    const ids: string[] = [];
    for (const name of ['X', 'Y', 'Z']) ids.push((await call('POST', '/organizations', { name })).body.organizationId);
    for (const home of [null, ...ids])
      for (const through of ids)
        for (const wanted of [null, ...ids]) {
          const email = anAddress();
          const account = anAccount(10_000 + ++people, { email });
          const environment = aConnection({ connectionId: newId('conn') });
          const { userId } = (await call('POST', '/sign-ins', upstream({ connection: environment, account }))).body;
          if (home !== null) await call('POST', `/organizations/${home}/members`, { userId });
          const connection = aConnection({ organizationId: through as never });
          const answer = (await call('POST', '/sign-ins', upstream({ connection, account, organizationId: wanted })))
            .body;
          const allowed = (wanted === null || wanted === through) && (home === null || home === through);
          expect([home, through, wanted, answer.outcome]).toEqual([
            home,
            through,
            wanted,
            allowed ? 'signed-in' : 'refused',
          ]);
          if (allowed) expect(answer.organizationId).toBe(through);
        }
  });
});
