import { userStateTopic, userTopic, type OwnSignIn } from '@homerealm/contracts';
import { aConnection, anAccount, newId } from './domain/directory.builders.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

let people = 0;
const anAddress = () => `Person.${++people}@x.example`;
const aNumber = () => `+4930${1_000_000 + ++people}`;
const form = { givenName: 'Ada', familyName: 'Example', picture: 'https://x.example/ada.png', username: null };
const asked = (proof: OwnSignIn['proof'], change: Partial<OwnSignIn> = {}): OwnSignIn => ({
  attemptId: newId('attempt'),
  dryRun: false,
  organizationId: null,
  proof,
  signUp: null,
  ...change,
});
const signIn = (body: unknown) => directory.call('POST', '/sign-ins', body);
const byEmail = (email: string, change: Partial<OwnSignIn> = {}) => signIn(asked({ by: 'email', email }, change));
const create = async (...identities: object[]) => (await directory.call('POST', '/users', { identities })).body;
const addressOf = (body: object, scope?: string) => directory.call('POST', '/sign-in-addresses', body, scope);
const told = async (userId: string) =>
  (await directory.published(userTopic)).filter(({ subject }) => subject === userId).map(({ type }) => type);

describe('POST /sign-ins by what somebody proved to us', () => {
  it('signs up once, with names, username and their sources, and matches from then on without a write', async () => {
    const email = anAddress();
    const first = await byEmail(email, { signUp: { ...form, username: 'RosyRose' } });
    expect(first.body).toMatchObject({ outcome: 'signed-in', change: 'created', emailProven: true });
    expect(first.body.difference).toEqual({
      userCreated: true,
      identitiesAdded: ['email', 'username'],
      identitiesRemoved: [],
      identitiesVerified: [],
      profileChanged: ['givenName', 'familyName', 'picture'],
      joinedOrganization: null,
    });
    const { userId } = first.body;
    const user = (await directory.call('GET', `/users/${userId}`)).body;
    expect(user.profileSources.givenName).toMatchObject({ source: 'user', policy: 'sign-up', connectionId: null });
    expect(user.identities.map((one: { type: string; value: string }) => [one.type, one.value]).sort()).toEqual([
      ['email', email],
      ['username', 'RosyRose'],
    ]);
    expect(await told(userId)).toEqual(['UserCreated', 'IdentityAdded', 'IdentityAdded']);

    const again = await byEmail(email.toUpperCase());
    expect(again.body).toMatchObject({ change: 'matched', userId, difference: { userCreated: false } });
    const named = await signIn(asked({ by: 'username', username: 'rosyROSE', email }));
    expect(named.body).toMatchObject({ change: 'matched', userId });
    expect(await told(userId)).toHaveLength(3);
  });

  it('gives the same attempt the same answer, and refuses it for another request', async () => {
    const body = asked({ by: 'email', email: anAddress() }, { signUp: form });
    const first = await signIn(body);
    expect(await signIn(body)).toEqual(first);
    expect(await signIn({ ...body, signUp: null })).toMatchObject({
      status: 409,
      body: { code: 'sign-in.attempt-reused' },
    });
    const refused = asked({ by: 'email', email: anAddress() });
    const answer = await signIn(refused);
    expect(answer.body).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned', userId: null });
    await byEmail(refused.proof.by === 'email' ? refused.proof.email : '', { signUp: form });
    expect(await signIn(refused)).toEqual(answer);
  });

  it('makes one user of 20 sign-ups with one address, and gives a username to one of 20 who want it', async () => {
    const email = anAddress();
    const same = await Promise.all(Array.from({ length: 20 }, () => byEmail(email, { signUp: form })));
    expect(new Set(same.map(({ body }) => body.userId)).size).toBe(1);
    const username = `Wanted-${people}`;
    const many = await Promise.all(
      Array.from({ length: 20 }, () => byEmail(anAddress(), { signUp: { ...form, username } })),
    );
    expect(many.filter(({ body }) => body.outcome === 'signed-in')).toHaveLength(1);
    const refused = many.filter(({ body }) => body.outcome === 'refused');
    expect(refused.map(({ body }) => body.code)).toEqual(refused.map(() => 'username.taken'));
  });

  it('refuses users of an enterprise account, known, expected, or linked before', async () => {
    const email = anAddress();
    const connection = aConnection({ trustScope: 'any' });
    const account = anAccount(4001, { email });
    const upstream = { attemptId: newId('attempt'), connection, account, organizationId: null };
    const { userId } = (await signIn(upstream)).body;
    expect((await byEmail(email, { signUp: form })).body).toMatchObject({ code: 'user.enterprise-only', userId });
    const expected = anAddress();
    await create({ type: 'enterprise', connectionId: newId('conn'), email: expected });
    expect((await byEmail(expected, { signUp: form })).body.code).toBe('user.enterprise-only');
  });

  it('gives an address that was only claimed to who proves it, and tells who lost it', async () => {
    const email = anAddress();
    const only = await create({ type: 'email', email });
    const more = await create({ type: 'email', email: anAddress(), verified: true }, { type: 'email', email });
    const won = await byEmail(email);
    expect(won.body).toMatchObject({ change: 'matched', userId: only.userId });
    expect(won.body.difference).toMatchObject({ identitiesVerified: ['email'], identitiesRemoved: ['email'] });
    expect(won.body.user.identities).toMatchObject([{ verified: true, primary: true }]);
    expect(await told(only.userId)).toEqual(['UserCreated', 'IdentityAdded', 'IdentityVerified']);
    expect(await told(more.userId)).toEqual(['UserCreated', 'IdentityAdded', 'IdentityAdded', 'IdentityRemoved']);
    const states = (await directory.published(userStateTopic)).filter(({ subject }) => subject === more.userId);
    expect(states.at(-1)?.data.identities).toHaveLength(1);
    expect(states.at(-1)?.sequence).toBe(4);
  });

  it('gives one address to one user when a form, a claim and a provider prove it at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const email = anAddress();
      const claims = [
        await create({ type: 'email', email }),
        await create({ type: 'email', email: anAddress(), verified: true }, { type: 'email', email }),
      ];
      const connection = aConnection({ strategy: 'google', pinnedTenant: false, connectionId: newId('conn') });
      const account = (subject: string) => ({
        key: { kind: 'oidc', issuer: 'https://social.example', subject } as const,
        asOf: '2026-11-21T12:00:00.000Z',
        claims: { email, emailVerified: true },
      });
      const upstream = (subject: string) =>
        signIn({ attemptId: newId('attempt'), connection, organizationId: null, account: account(subject + email) });
      const answers = await Promise.all(
        ['1', '2', '3'].flatMap((subject) => [upstream(subject), byEmail(email), byEmail(email, { signUp: form })]),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const holders = await directory.query(
        `SELECT user_id FROM identity WHERE type = 'email' AND verified AND canon = $1`,
        [email.toLowerCase()],
      );
      expect(holders).toHaveLength(1);
      const signedIn = answers.filter(({ body }) => body.outcome === 'signed-in');
      expect(new Set(signedIn.map(({ body }) => body.userId))).toEqual(new Set([holders[0].user_id]));
      for (const { userId } of claims)
        expect((await directory.call('GET', `/users/${userId}`)).body.identities.length).toBeGreaterThan(0);
    }
  });

  it.each<[string, object]>([
    ['a number that is not E.164', { proof: { by: 'phone', phone: '030 123' } }],
    ['no address', { proof: { by: 'email', email: 'x' } }],
    ['a proof of another kind', { proof: { by: 'password', password: 'x' } }],
    ['no word on signing up', { signUp: undefined }],
  ])('refuses %s', async (_title, change) => {
    const body = { ...asked({ by: 'email', email: anAddress() }), ...change };
    expect(await signIn(body)).toMatchObject({ status: 400 });
  });
});

describe('POST /sign-in-addresses', () => {
  it('tells the verified primary address of a username, and a number its own, in any spelling', async () => {
    const [email, phone] = [anAddress(), aNumber()];
    await create(
      { type: 'email', email, verified: true },
      { type: 'username', username: `Rose_${people}` },
      { type: 'phone', phone, verified: true },
    );
    const username = `rOSE_${people}`;
    expect(await addressOf({ by: 'username', username })).toEqual({ status: 200, body: { sendTo: email } });
    const spelled = phone.replace('+49', '00 49 - ');
    expect(await addressOf({ by: 'phone', phone: spelled })).toEqual({ status: 200, body: { sendTo: phone } });
  });

  it('A46: answers the unknown, the malformed and the merely claimed in the same shape', async () => {
    const phone = aNumber();
    await create({ type: 'email', email: anAddress() }, { type: 'phone', phone });
    for (const asks of [
      { by: 'username', username: 'nobody-here' },
      { by: 'username', username: "' OR 1=1 --" },
      { by: 'username', username: 'ro\u200Bse' },
      { by: 'username', username: '' },
      { by: 'phone', phone: aNumber() },
      { by: 'phone', phone: 'not a number' },
      { by: 'phone', phone },
    ])
      expect(await addressOf(asks)).toEqual({ status: 200, body: { sendTo: null } });
  });

  it('is for the gateway alone', async () => {
    const asks = { by: 'username', username: 'rosyrose' };
    expect(await addressOf(asks, 'users:read users:write')).toMatchObject({ status: 403 });
  });
});

describe('identities of our own', () => {
  const base = (userId: string) => `/users/${userId}/identities`;

  it('are added by the rules, in one spelling', async () => {
    const { userId } = await create({ type: 'email', email: anAddress() });
    const number = aNumber();
    const phone = await directory.call('POST', base(userId), {
      type: 'phone',
      phone: number.replace('+49', ' 0049-'),
      verified: true,
    });
    expect(phone).toMatchObject({ status: 201, body: { value: number, verified: true, primary: true } });
    const username = { type: 'username', username: `Own-${people}` };
    expect(await directory.call('POST', base(userId), username)).toMatchObject({
      status: 409,
      body: { code: 'identity.username-needs-email' },
    });
    const items = (await directory.call('GET', base(userId))).body.items;
    const email = items.find(({ type }: { type: string }) => type === 'email');
    const verified = await directory.call('POST', `${base(userId)}/${email.identityId}/verify`);
    expect(verified.status).toBe(200);
    expect(await directory.call('POST', base(userId), username)).toMatchObject({ status: 201 });
    expect(await directory.call('DELETE', `${base(userId)}/${email.identityId}`)).toMatchObject({
      body: { code: 'identity.username-needs-email' },
    });
    expect(await told(userId)).toEqual([
      'UserCreated',
      'IdentityAdded',
      'IdentityAdded',
      'IdentityVerified',
      'IdentityAdded',
    ]);
  });

  it('A30: are one user’s alone, whatever the case of letters', async () => {
    const username = `Taken-${++people}`;
    await create({ type: 'email', email: anAddress(), verified: true }, { type: 'username', username });
    const other = await create({ type: 'email', email: anAddress(), verified: true });
    const add = (name: string) => directory.call('POST', base(other.userId), { type: 'username', username: name });
    for (const name of [username, username.toUpperCase(), username.toLowerCase()])
      expect(await add(name)).toMatchObject({
        status: 409,
        body: { code: 'identity.username-taken', field: 'username' },
      });
    for (const name of [username.replace('T', '\uFF34'), username.replace('k', '\u212A'), `${username}\u200D`])
      expect(await add(name)).toMatchObject({ status: 400, body: { field: 'username' } });
    const phone = aNumber();
    await create({ type: 'phone', phone, verified: true });
    expect(await directory.call('POST', base(other.userId), { type: 'phone', phone, verified: true })).toMatchObject({
      status: 409,
      body: { code: 'identity.phone-taken' },
    });
  });

  it('cannot be vouched for when the address is somebody else’s, and are never edited', async () => {
    const email = anAddress();
    await create({ type: 'email', email, verified: true });
    const { userId, identities } = await create({ type: 'email', email });
    const one = `${base(userId)}/${identities[0].identityId}`;
    expect(await directory.call('POST', `${one}/verify`)).toMatchObject({ body: { code: 'identity.email-taken' } });
    for (const method of ['PATCH', 'PUT'])
      expect((await directory.call(method, one, { value: 'x@x.example' })).status).toBe(404);
  });

  it('tell who is the primary one from now on', async () => {
    const { userId } = await create({ type: 'email', email: anAddress(), verified: true });
    const second = { type: 'email', email: anAddress(), verified: true };
    const { identityId } = (await directory.call('POST', base(userId), second)).body;
    await directory.call('POST', `${base(userId)}/${identityId}/make-primary`);
    await directory.call('POST', `${base(userId)}/${identityId}/make-primary`);
    expect((await told(userId)).slice(3)).toEqual(['IdentityMadePrimary']);
  });
});
