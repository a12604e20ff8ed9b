import {
  organizationTopic,
  profileTopic,
  userStateTopic,
  userTopic,
  type ProfileEvent,
  type UpstreamSignIn,
  type UserState,
} from '@homerealm/contracts';
import { uuid7 } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { aConnection, anAccount, newId } from './domain/directory.builders.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

const call: RunningDirectory['call'] = (...all) => directory.call(...all);
let addresses = 0;
const anAddress = () => `person.${++addresses}@x.example`;
const verifiedEmail = (email = anAddress()) => ({ type: 'email', email, verified: true });
const create = async (body: object = {}) => call('POST', '/users', { identities: [verifiedEmail()], ...body });
const of = async (topic: Parameters<RunningDirectory['published']>[0], id: string) =>
  (await directory.published(topic)).filter(({ subject }) => subject === id);

describe('users', () => {
  it('are created with everything at once, read, listed and told', async () => {
    const { body: organization } = await call('POST', '/organizations', { name: 'Contoso' });
    const [email, second] = [`Ada.${anAddress()}`, anAddress()];
    const created = await create({
      profile: { givenName: ' Ada ', familyName: 'Example', picture: 'https://x.example/ada.png' },
      identities: [verifiedEmail(email), { type: 'email', email: second }],
      organizationId: organization.organizationId,
    });
    expect(created.status).toBe(201);
    const user = created.body;
    expect(user).toMatchObject({
      status: 'active',
      profile: { givenName: 'Ada', familyName: 'Example', picture: 'https://x.example/ada.png' },
      profileSources: { givenName: { source: 'admin', policy: 'admin', connectionId: null } },
      organizations: [organization.organizationId],
    });
    const flags = Object.fromEntries(
      (user as UserState).identities.map((one) => [one.value, [one.verified, one.primary]]),
    );
    expect(flags).toEqual({ [email]: [true, true], [second]: [false, false] });
    expect((await call('GET', `/users/${user.userId}`)).body).toEqual(user);
    expect((await call('GET', `/users?email=${email.toUpperCase()}`)).body).toEqual({ items: [user], next: null });
    expect((await call('GET', `/users?organizationId=${organization.organizationId}`)).body.items).toEqual([user]);
    expect((await call('GET', `/users/${user.userId}/organizations`)).body.items).toEqual([organization]);
    expect((await of(userTopic, user.userId)).map(({ type }) => type)).toEqual([
      'UserCreated',
      'IdentityAdded',
      'IdentityAdded',
    ]);
    expect(await of(organizationTopic, organization.organizationId)).toMatchObject([
      { type: 'OrganizationCreated', data: { name: 'Contoso' } },
      { type: 'MemberAdded', data: { by: 'admin' } },
    ]);
  });

  it('come in pages that a cursor continues', async () => {
    for (let made = 0; made < 3; made++) await create({ profile: { familyName: 'Paged' } });
    const first = (await call('GET', '/users?q=paged&limit=2')).body;
    expect(first.items).toHaveLength(2);
    const second = (await call('GET', `/users?q=paged&limit=2&cursor=${first.next}`)).body;
    expect(second).toMatchObject({ items: [{ profile: { familyName: 'Paged' } }], next: null });
  });

  it('change profile and status, and tell it', async () => {
    const { userId } = (await create({ profile: { givenName: 'Ada' } })).body;
    const changed = await call('PATCH', `/users/${userId}`, { profile: { givenName: null, familyName: 'New' } });
    expect(changed.body.profile).toEqual({ givenName: null, familyName: 'New', picture: null });
    expect((await call('POST', `/users/${userId}/suspend`)).body.status).toBe('suspended');
    expect((await call('POST', `/users/${userId}/suspend`)).status).toBe(200);
    expect((await call('GET', '/users?status=suspended')).body.items).toMatchObject([{ userId }]);
    expect((await call('POST', `/users/${userId}/reactivate`)).body.status).toBe('active');
    expect((await of(userTopic, userId)).map(({ type, sequence }) => [sequence, type])).toEqual([
      [1, 'UserCreated'],
      [2, 'IdentityAdded'],
      [3, 'UserProfileChanged'],
      [4, 'UserSuspended'],
      [5, 'UserReactivated'],
    ]);
    expect((await of(userStateTopic, userId)).at(-1)).toMatchObject({ sequence: 5, data: { status: 'active' } });
  });

  it('leave nothing personal behind when they are deleted', async () => {
    const { userId } = (
      await call('POST', '/sign-ins', {
        attemptId: newId('attempt'),
        connection: aConnection(),
        account: anAccount(77, { email: 'erase.me@contoso.example', givenName: 'Eraseme' }),
        organizationId: null,
      } satisfies Omit<UpstreamSignIn, 'dryRun'>)
    ).body;
    expect((await call('DELETE', `/users/${userId}`)).status).toBe(204);
    expect(await call('GET', `/users/${userId}`)).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
    expect(await call('DELETE', `/users/${userId}`)).toMatchObject({ status: 404 });
    expect((await of(userTopic, userId)).at(-1)?.type).toBe('UserDeleted');
    expect((await of(userStateTopic, userId)).at(-1)?.data).toBeNull();
    for (const table of ['"user"', 'identity', 'sign_in_answer', 'identity_link'])
      expect(JSON.stringify(await directory.query(`SELECT * FROM ${table}`))).not.toMatch(/erase/i);
  });

  it.each<[string, string, string, unknown, number, object]>([
    ['no identity', 'POST', '/users', { identities: [] }, 400, { field: 'identities' }],
    ['an unknown field', 'POST', '/users', { identities: [verifiedEmail()], isAdmin: true }, 400, { field: 'isAdmin' }],
    [
      'an unknown field of the profile',
      'PATCH',
      `/users/${newId('user')}`,
      { profile: { userId: 'x' } },
      400,
      { field: 'profile.userId', code: 'request.unknown-field' },
    ],
    [
      'no address',
      'POST',
      '/users',
      { identities: [{ type: 'email', email: 'x' }] },
      400,
      { field: 'identities.0.email' },
    ],
    [
      'a script as picture',
      'POST',
      '/users',
      { identities: [verifiedEmail()], profile: { picture: 'javascript:alert(1)' } },
      400,
      { field: 'profile.picture' },
    ],
    [
      'characters that turn the writing',
      'POST',
      '/users',
      { identities: [verifiedEmail()], profile: { givenName: 'a\u202Eb' } },
      400,
      { field: 'profile.givenName' },
    ],
    [
      'an organization that is not there',
      'POST',
      '/users',
      { identities: [verifiedEmail()], organizationId: newId('org') },
      404,
      { code: 'organization.not-found', field: 'organizationId' },
    ],
    ['an id that is none', 'GET', "/users/'--", undefined, 404, { code: 'user.not-found' }],
    ['a filter that is none', 'GET', '/users?sort=name', undefined, 400, { field: 'sort' }],
    ['too large a page', 'GET', '/users?limit=1000', undefined, 400, { field: 'limit' }],
  ])('refuse %s', async (_title, method, path, body, status, problem) => {
    const before = await directory.query('SELECT count(*) FROM "user"');
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({ status, body: problem });
    expect(await directory.query('SELECT count(*) FROM "user"')).toEqual(before);
  });

  it('need the scope to read and the scope to write', async () => {
    const { userId } = (await create()).body;
    const refused = { status: 403, body: { code: 'token.scope-missing' } };
    expect(await call('GET', `/users/${userId}`, undefined, 'users:write')).toMatchObject(refused);
    expect(await call('PATCH', `/users/${userId}`, { profile: {} }, 'users:read')).toMatchObject(refused);
    expect(await call('POST', '/organizations', { name: 'X' }, 'organizations:read')).toMatchObject(refused);
    expect(await call('GET', '/users', undefined, null)).toMatchObject({ status: 401 });
  });
});

describe('identities', () => {
  it('are added, made primary and deleted by the rules', async () => {
    const { userId, identities } = (await create()).body;
    const base = `/users/${userId}/identities`;
    const first = identities[0].identityId;
    expect(await call('DELETE', `${base}/${first}`)).toMatchObject({ status: 409, body: { code: 'identity.last' } });
    const second = (await call('POST', base, verifiedEmail())).body;
    expect(second).toMatchObject({ userId, type: 'email', verified: true, primary: false });
    expect(await call('DELETE', `${base}/${first}`)).toMatchObject({ status: 409, body: { code: 'identity.primary' } });
    expect((await call('POST', `${base}/${second.identityId}/make-primary`)).status).toBe(200);
    expect((await call('DELETE', `${base}/${first}`)).status).toBe(204);
    expect((await call('GET', base)).body).toEqual({ items: [{ ...second, primary: true }], next: null });
    const enterprise = { type: 'enterprise', connectionId: newId('conn'), email: anAddress() };
    expect(await call('POST', base, enterprise)).toMatchObject({
      status: 409,
      body: { code: 'identity.enterprise-exclusive' },
    });
  });

  it('are unique where they prove something', async () => {
    const email = anAddress();
    await create({ identities: [verifiedEmail(email)] });
    expect(await create({ identities: [verifiedEmail(email.toUpperCase())] })).toMatchObject({
      status: 409,
      body: { code: 'identity.email-taken', field: 'email' },
    });
    expect((await create({ identities: [{ type: 'email', email }] })).status).toBe(201);
    const waiting = { type: 'enterprise', connectionId: newId('conn'), email };
    expect((await create({ identities: [waiting] })).status).toBe(201);
    expect(await create({ identities: [waiting] })).toMatchObject({
      status: 409,
      body: { code: 'identity.pending-taken' },
    });
  });

  it('stay consistent when two admins add the same address to one user at once', async () => {
    const { userId } = (await create()).body;
    const identity = verifiedEmail();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call('POST', `/users/${userId}/identities`, identity)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });
});

describe('organizations', () => {
  it('are created, found by external id, changed and told', async () => {
    const created = await call('POST', '/organizations', {
      name: 'Contoso',
      externalId: 'crm-1',
      allowedDomains: ['@Contoso.Example.', 'contoso.example'],
      autoJoin: true,
    });
    expect(created).toMatchObject({ status: 201, body: { allowedDomains: ['contoso.example'], suspended: false } });
    const { organizationId } = created.body;
    expect((await call('GET', `/organizations/${organizationId}`)).body).toEqual(created.body);
    expect((await call('GET', '/organizations?externalId=crm-1')).body.items).toEqual([created.body]);
    expect(await call('POST', '/organizations', { name: 'Other', externalId: 'crm-1' })).toMatchObject({
      status: 409,
      body: { code: 'organization.external-id-taken', field: 'externalId' },
    });
    const changed = await call('PATCH', `/organizations/${organizationId}`, { name: 'New', suspended: true });
    expect(changed.body).toEqual({ ...created.body, name: 'New', suspended: true });
    await call('PATCH', `/organizations/${organizationId}`, { suspended: false });
    expect((await of(organizationTopic, organizationId)).map(({ type, data }) => [type, data.changed])).toEqual([
      ['OrganizationCreated', undefined],
      ['OrganizationChanged', ['name']],
      ['OrganizationSuspended', undefined],
      ['OrganizationReactivated', undefined],
    ]);
    expect(await call('PATCH', `/organizations/${newId('org')}`, {})).toMatchObject({ status: 404 });
    expect(await call('POST', '/organizations', { name: '' })).toMatchObject({ status: 400, body: { field: 'name' } });
  });

  it('may say how long a sign-in to them serves, five minutes at least', async () => {
    const { body } = await call('POST', '/organizations', { name: 'Contoso', sessionSeconds: 3600 });
    expect(body).toMatchObject({ sessionSeconds: 3600 });
    const path = `/organizations/${body.organizationId}`;
    expect((await call('PATCH', path, { name: 'New' })).body).toMatchObject({ sessionSeconds: 3600 });
    expect((await call('PATCH', path, { sessionSeconds: null })).body).toMatchObject({ sessionSeconds: null });
    expect((await call('PATCH', path, { sessionSeconds: 300 })).body).toMatchObject({ sessionSeconds: 300 });
    expect((await call('GET', path)).body).toMatchObject({ sessionSeconds: 300 });
    const refused = { status: 400, body: { field: 'sessionSeconds' } };
    for (const sessionSeconds of [299, 300.5, '300']) {
      expect(await call('PATCH', path, { sessionSeconds })).toMatchObject(refused);
    }
    const changes = (await of(organizationTopic, body.organizationId)).map(({ data }) => data.changed);
    expect(changes).toEqual([undefined, ['name'], ['sessionSeconds'], ['sessionSeconds']]);
  });

  it('have members, who come and go', async () => {
    const { organizationId } = (await call('POST', '/organizations', { name: 'Contoso' })).body;
    const { userId } = (await create()).body;
    const members = `/organizations/${organizationId}/members`;
    expect(await call('POST', members, { userId })).toEqual({ status: 201, body: { userId } });
    expect((await call('POST', members, { userId })).status).toBe(201);
    expect((await call('GET', members)).body.items).toMatchObject([{ userId, by: 'admin' }]);
    expect((await of(userStateTopic, userId)).at(-1)?.data.organizations).toEqual([organizationId]);
    expect((await call('DELETE', `${members}/${userId}`)).status).toBe(204);
    expect(await call('DELETE', `${members}/${userId}`)).toMatchObject({
      status: 404,
      body: { code: 'organization.member-not-found' },
    });
    expect(await call('POST', members, { userId: newId('user') })).toMatchObject({ status: 404 });
    expect((await of(organizationTopic, organizationId)).map(({ type }) => type)).toEqual([
      'OrganizationCreated',
      'MemberAdded',
      'MemberRemoved',
    ]);
  });
});

describe('a synced profile', () => {
  let sequence = 0;
  /** Publishes as profile-sync does. */
  async function sync(data: ProfileEvent['data']) {
    await publish(data.userId, JSON.stringify(data));
    const taken = 'SELECT 1 FROM event_inbox WHERE topic = $1 AND subject = $2 AND last_seq >= $3';
    await eventually(
      async () => (await directory.query(taken, [profileTopic.name, data.userId, sequence])).length > 0,
      { says: 'the event' },
    );
  }

  async function publish(userId: string, value: string) {
    sequence += 1;
    const publisher = await directory.log.openPublisher();
    const headers = {
      ce_specversion: '1.0',
      ce_id: uuid7(),
      ce_source: 'profile-sync',
      ce_type: 'ProfileSynced',
      ce_subject: userId,
      ce_time: new Date().toISOString(),
      ce_sequence: String(sequence),
      'content-type': 'application/json',
    };
    await publisher.publish([{ topic: profileTopic.name, key: userId, value, headers }]);
    await publisher.close();
  }

  it('takes over newer values only, and tells what changed', async () => {
    const { userId } = (await create({ profile: { givenName: 'Ada', familyName: 'Example' } })).body;
    const connectionId = newId('conn');
    const event = { userId, connectionId, attemptId: newId('attempt'), policy: 'connection-on' } as const;
    const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const profileOf = async () => (await call('GET', `/users/${userId}`)).body;

    await sync({ ...event, asOf: later(60), profile: { givenName: 'Adele', familyName: 'Example' } });
    expect(await profileOf()).toMatchObject({
      profile: { givenName: 'Adele', familyName: 'Example' },
      profileSources: { givenName: { source: 'provider', connectionId, policy: 'connection-on' } },
    });
    await sync({ ...event, asOf: later(30), profile: { givenName: 'Older', familyName: 'Older' } });
    expect((await profileOf()).profile).toMatchObject({ givenName: 'Adele', familyName: 'Example' });
    const changes = (await of(userTopic, userId)).filter(({ type }) => type === 'UserProfileChanged');
    expect(changes.map(({ data }) => data)).toEqual([{ userId, changed: ['givenName'], by: 'sync' }]);
    expect(await of(userStateTopic, userId)).toHaveLength(2);
    await call('DELETE', `/users/${userId}`);
    await sync({ ...event, asOf: later(90), profile: { givenName: 'Ghost' } });
    expect((await call('GET', `/users/${userId}`)).status).toBe(404);
  });

  it('forgets what could not be applied about a deleted user, and keeps nothing of the kind that comes late', async () => {
    const { userId } = (await create({ profile: { givenName: 'Ada' } })).body;
    const { userId: other } = (await create({})).body;
    const parked = async () =>
      (await directory.query('SELECT subject, payload FROM event_parked ORDER BY id')).map((row) => row.subject);
    await publish(userId, '{"profile":"Ada, unreadable"}');
    await publish(other, '{"profile":"somebody else, unreadable"}');
    await eventually(async () => (await parked()).length === 2);
    await call('DELETE', `/users/${userId}`);
    expect(await parked()).toEqual([other]);
    await publish(userId, '{"profile":"Ada, late"}');
    await eventually(() => directory.logged.some((line) => line.includes('is left out')));
    expect(await parked()).toEqual([other]);
    expect(directory.logged.join()).not.toMatch(/Ada, (unreadable|late)/);
  });
});

type Described = {
  summary?: string;
  responses: object;
  requestBody?: { content: { 'application/json': { schema: object } } };
};

describe('the API description', () => {
  it('names every route, with what it takes and answers', async () => {
    const { body } = await call('GET', '/docs-json', undefined, null);
    const routes = Object.entries(body.paths as Record<string, Record<string, Described>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => ({ name: `${method} ${path}`, route })),
    );
    expect(routes.filter(({ name }) => !name.includes(' /import')).length).toBe(25);
    for (const { name, route } of routes) {
      expect([name, route.summary]).toEqual([name, expect.any(String)]);
      expect([name, Object.keys(route.responses)]).toEqual([name, expect.arrayContaining(['401', '403'])]);
      if (/^(post|patch) /.test(name) && !/(suspend|reactivate|make-primary|verify|undo)$| \/import/.test(name))
        expect([name, route.requestBody?.content['application/json'].schema]).toEqual([name, expect.any(Object)]);
    }
  });
});
