import { organizationTopic, userStateTopic, userTopic, type UpstreamSignIn } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { aConnection, anAccount, newId, objectIdOf } from './domain/directory.builders.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

let people = 0;
/** Claims of somebody nobody has seen before. */
const somebody = () => {
  people += 1;
  return { number: people, email: `Person.${people}@contoso.example` };
};
const request = (change: Partial<UpstreamSignIn> = {}): UpstreamSignIn => ({
  attemptId: newId('attempt'),
  dryRun: false,
  connection: aConnection(),
  account: anAccount(1),
  organizationId: null,
  ...change,
});
const of = ({ number, email }: ReturnType<typeof somebody>, more = {}) =>
  anAccount(number, { email, givenName: 'Given', familyName: `Family${number}`, ...more });
const signIn = (body: unknown, scope?: string | null) => directory.call('POST', '/sign-ins', body, scope);
const eventsOf = async (userId: string) =>
  (await directory.published(userTopic)).filter(({ subject }) => subject === userId);

describe('POST /sign-ins', () => {
  it('creates the user of a first sign-in, tells it in sequence, and matches the next one without a write', async () => {
    const person = somebody();
    const first = await signIn(request({ account: of(person) }));
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ outcome: 'signed-in', change: 'created', user: { status: 'active' } });
    const { userId, user } = first.body;
    expect(user.profile).toEqual({ givenName: 'Given', familyName: `Family${person.number}`, picture: null });

    const events = await eventsOf(userId);
    expect(events.map(({ type, sequence }) => [sequence, type])).toEqual([
      [1, 'UserCreated'],
      [2, 'IdentityAdded'],
    ]);
    const state = (await directory.published(userStateTopic)).filter(({ subject }) => subject === userId);
    expect(state).toMatchObject([{ type: 'UserState', sequence: 2, data: user }]);

    const next = request({ account: of(person) });
    const again = await signIn(next);
    expect(again.body).toMatchObject({ outcome: 'signed-in', change: 'matched', userId, user });
    expect(await directory.query('SELECT 1 FROM sign_in_answer WHERE attempt_id = $1', [next.attemptId])).toEqual([]);
    expect(await eventsOf(userId)).toHaveLength(2);
  });

  it('gives the same attempt the same answer, and refuses it for another request', async () => {
    const body = request({ account: of(somebody()) });
    const first = await signIn(body);
    const again = await signIn(body);
    expect(again).toEqual(first);
    expect(again.body.change).toBe('created');
    const other = await signIn({ ...body, account: of(somebody()) });
    expect(other).toMatchObject({ status: 409, body: { code: 'sign-in.attempt-reused', field: 'attemptId' } });
    expect((await eventsOf(first.body.userId)).filter(({ type }) => type === 'UserCreated')).toHaveLength(1);
  });

  it('gives a refused attempt the same answer, even when the reason is gone', async () => {
    const person = somebody();
    const body = request({ account: of(person), connection: aConnection({ createUsers: false }) });
    const refused = await signIn(body);
    expect(refused.body).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned', userId: null });
    await signIn(request({ account: of(person) }));
    expect(await signIn(body)).toEqual(refused);
  });

  it.each([
    ['50 attempts', () => newId('attempt')],
    [
      'one attempt sent 50 times',
      (
        (id) => () =>
          id
      )(newId('attempt')),
    ],
  ])('makes one user of 50 first sign-ins of one person at once: %s', async (_title, attemptId) => {
    const account = of(somebody());
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => signIn(request({ attemptId: attemptId(), account }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const users = new Set(answers.map(({ body }) => body.userId));
    expect(users.size).toBe(1);
    const [userId] = [...users];
    const created = (await eventsOf(userId)).map(({ type }) => type);
    expect(created).toEqual(['UserCreated', 'IdentityAdded']);
    const count = 'SELECT count(*)::int AS n FROM "identity" WHERE account_key LIKE $1';
    expect(await directory.query(count, [`%${objectIdOf(people)}`])).toEqual([{ n: 1 }]);
  });

  it('links one verified email once, when 20 accounts with that proven email come at once', async () => {
    const { email } = somebody();
    const { body: user } = await directory.call('POST', '/users', {
      identities: [{ type: 'email', email, verified: true }],
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => signIn(request({ account: anAccount(9000 + index, { email }) }))),
    );
    const linked = answers.filter(({ body }) => body.change === 'linked');
    expect(linked).toHaveLength(1);
    expect(linked[0]?.body.userId).toBe(user.userId);
    const others = answers.filter((answer) => answer !== linked[0]);
    expect(others.map(({ body }) => body.code)).toEqual(others.map(() => 'user.other-enterprise-identity'));
    const identities = await directory.call('GET', `/users/${user.userId}/identities`);
    expect(identities.body.items).toMatchObject([{ type: 'enterprise' }]);
  });

  it('decides the rows of the table over HTTP', async () => {
    const known = somebody();
    const add = async (identity: object) =>
      (await directory.call('POST', '/users', { profile: { givenName: 'Kept' }, identities: [identity] })).body;

    const waiting = await add({ type: 'enterprise', connectionId: aConnection().connectionId, email: known.email });
    const bound = await signIn(request({ account: of(known) }));
    expect(bound.body).toMatchObject({ change: 'bound', userId: waiting.userId });
    expect(bound.body.user.profile).toMatchObject({ givenName: 'Kept', familyName: `Family${known.number}` });

    const verified = somebody();
    const owner = await add({ type: 'email', email: verified.email.toUpperCase(), verified: true });
    const unproven = await signIn(
      request({ account: of({ ...verified, number: 7001 }), connection: aConnection({ trustedProvider: false }) }),
    );
    expect(unproven.body).toMatchObject({ change: 'created' });
    expect(unproven.body.userId).not.toBe(owner.userId);
    const linked = await signIn(request({ account: of(verified) }));
    expect(linked.body).toMatchObject({
      change: 'linked',
      userId: owner.userId,
      user: { profile: { givenName: 'Kept' } },
    });
    expect(linked.body.user.identities).toMatchObject([{ type: 'enterprise', verified: true, primary: true }]);
    expect((await eventsOf(owner.userId)).map(({ type, data }) => [type, data.reason])).toEqual([
      ['UserCreated', undefined],
      ['IdentityAdded', 'admin'],
      ['IdentityAdded', 'linked'],
      ['IdentityRemoved', 'replaced-by-enterprise'],
    ]);
    const second = await signIn(request({ account: of({ ...verified, number: 7002 }) }));
    expect(second.body).toMatchObject({ outcome: 'refused', code: 'user.other-enterprise-identity' });

    const claimed = somebody();
    const claimer = await add({ type: 'email', email: claimed.email });
    const created = await signIn(request({ account: of(claimed) }));
    expect(created.body).toMatchObject({ change: 'created' });
    expect(created.body.userId).not.toBe(claimer.userId);
  });

  it('refuses a suspended user until reactivated', async () => {
    const account = of(somebody());
    const { userId } = (await signIn(request({ account }))).body;
    await directory.call('POST', `/users/${userId}/suspend`);
    expect((await signIn(request({ account }))).body).toMatchObject({
      outcome: 'refused',
      code: 'user.suspended',
      userId,
    });
    await directory.call('POST', `/users/${userId}/reactivate`);
    expect((await signIn(request({ account }))).body).toMatchObject({ outcome: 'signed-in', userId });
    expect((await eventsOf(userId)).slice(2).map(({ type }) => type)).toEqual(['UserSuspended', 'UserReactivated']);
  });

  it('says how long the organization lets a sign-in serve', async () => {
    const { body } = await directory.call('POST', '/organizations', { name: 'Contoso', sessionSeconds: 600 });
    const own = aConnection({ organizationId: body.organizationId });
    const limited = await signIn(request({ account: of(somebody()), connection: own }));
    expect(limited.body).toMatchObject({ outcome: 'signed-in', organization: { sessionSeconds: 600 } });
    const none = await signIn(request({ account: of(somebody()) }));
    expect(none.body).not.toHaveProperty('organization');
  });

  it('lets the connection of an organization make members, and keeps the others out', async () => {
    const { body: contoso } = await directory.call('POST', '/organizations', { name: 'Contoso' });
    const { organizationId } = contoso;
    const own = aConnection({ organizationId, autoJoinOrganization: true });
    const person = somebody();
    const joined = await signIn(request({ account: of(person), connection: own }));
    expect(joined.body).toMatchObject({
      joinedOrganization: true,
      organizationId,
      user: { organizations: [organizationId] },
    });
    const again = await signIn(request({ account: of(person), organizationId }));
    expect(again.body).toMatchObject({ joinedOrganization: false, organizationId, change: 'matched' });

    const codeOf = async (change: Partial<UpstreamSignIn>) => (await signIn(request(change))).body.code;
    const stranger = of(somebody());
    expect(await codeOf({ account: stranger, organizationId })).toBe('organization.not-a-member');
    expect(await codeOf({ account: stranger, organizationId: newId('org') })).toBe('organization.not-found');
    const { body: other } = await directory.call('POST', '/organizations', { name: 'Other' });
    expect(await codeOf({ account: of(person), connection: own, organizationId: other.organizationId })).toBe(
      'organization.connection-mismatch',
    );
    await directory.call('PATCH', `/organizations/${organizationId}`, { suspended: true });
    expect(await codeOf({ account: of(person), organizationId })).toBe('organization.suspended');
    const told = (await directory.published(organizationTopic)).filter(({ subject }) => subject === organizationId);
    expect(told.map(({ type }) => type)).toEqual(['OrganizationCreated', 'MemberAdded', 'OrganizationSuspended']);
  });

  it('decides a dry run and writes nothing', async () => {
    const count = async () =>
      directory.query(`SELECT (SELECT count(*) FROM "user") AS u, (SELECT count(*) FROM "identity") AS i,
        (SELECT count(*) FROM sign_in_answer) AS a, (SELECT sum(last) FROM event_sequence) AS e`);
    const before = await count();
    const body = request({ account: of(somebody()), dryRun: true });
    const dry = await signIn(body);
    expect(dry.body).toMatchObject({ outcome: 'signed-in', change: 'created' });
    const refused = await signIn(
      request({ account: of(somebody()), dryRun: true, connection: aConnection({ createUsers: false }) }),
    );
    expect(refused.body).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned' });
    expect(await count()).toEqual(before);
    const real = await signIn({ ...body, dryRun: false });
    expect(real.body).toMatchObject({ change: 'created', checks: dry.body.checks });
  });

  it('answers a retry after the first answer was lost on its way', async () => {
    const body = request({ account: of(somebody()) });
    const gaveUp = new AbortController();
    const lost = fetch(`${directory.service.url}/sign-ins`, { method: 'POST', signal: gaveUp.signal }).catch(
      () => null,
    );
    gaveUp.abort();
    await lost;
    const first = signIn(body);
    await eventually(
      async () =>
        (await directory.query('SELECT 1 FROM sign_in_answer WHERE attempt_id = $1', [body.attemptId])).length,
    );
    expect((await signIn(body)).body).toEqual((await first).body);
  });

  it('goes on after its database connections were cut', async () => {
    const account = of(somebody());
    const first = await signIn(request({ account }));
    await directory.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const again = await eventually(async () => {
      const answer = await signIn(request({ account }));
      return answer.status === 200 ? answer : undefined;
    });
    expect(again.body).toMatchObject({ change: 'matched', userId: first.body.userId });
  });

  it.each<[string, unknown, number, string]>([
    ['no body', {}, 400, 'request.invalid'],
    ['no JSON', '{', 400, 'request.malformed'],
    ['an attempt that is none', { ...request(), attemptId: 'x' }, 400, 'request.invalid-field'],
    ['a NUL in a claim', request({ account: anAccount(1, { givenName: 'A\u0000B' }) }), 400, 'request.invalid-field'],
    [
      'a connection without a strategy',
      { ...request(), connection: { ...aConnection(), strategy: 'x' } },
      400,
      'request.invalid-field',
    ],
  ])('refuses %s', async (_title, body, status, code) => {
    expect(await signIn(body)).toMatchObject({ status, body: { status, code } });
  });

  it('names what is wrong, whichever of the two forms was sent', async () => {
    const own = { attemptId: newId('attempt'), organizationId: null, proof: { by: 'phone', phone: '1' }, signUp: null };
    expect((await signIn(own)).body.field).toBe('proof.phone');
    expect((await signIn({ ...request(), attemptId: 'x' })).body.field).toBe('attemptId');
    const connection = { ...aConnection(), strategy: 'x' };
    expect((await signIn({ ...request(), connection })).body.field).toBe('connection.strategy');
  });

  it('needs the scope of the gateway', async () => {
    expect(await signIn(request(), 'users:write users:read')).toMatchObject({
      status: 403,
      body: { code: 'token.scope-missing' },
    });
    expect(await signIn(request(), null)).toMatchObject({ status: 401, body: { code: 'token.missing' } });
  });
});

describe('personal data', () => {
  it('is in no log line and no event of users or organizations', async () => {
    const canary = 'canary-7f3a';
    const account = anAccount(9999, {
      email: `${canary}@contoso.example`,
      givenName: canary,
      familyName: canary,
      displayName: canary,
      preferredUsername: canary,
    });
    const body = request({ account });
    const { userId } = (await signIn(body)).body;
    await signIn({ ...body, account: { ...account, guest: true } });
    const verified = { type: 'email', email: `${canary}.2@contoso.example`, verified: true };
    for (let twice = 0; twice < 2; twice++) await directory.call('POST', '/users', { identities: [verified] });
    await directory.call('POST', '/users', { profile: { givenName: canary, canary }, identities: [verified] });
    await directory.call('PATCH', `/users/${userId}`, { profile: { givenName: `${canary} 3` } });
    await directory.call('GET', `/users?q=${canary}`);
    await directory.call('DELETE', `/users/${userId}`);
    const told = [...(await directory.published(userTopic)), ...(await directory.published(organizationTopic))];
    expect(told.some(({ subject }) => subject === userId)).toBe(true);
    expect(JSON.stringify(told)).not.toContain(canary);
    expect(directory.logged.length).toBeGreaterThan(0);
    expect(directory.logged.join('\n')).not.toContain(canary);
  });
});
