import { userTopic, type UpstreamSignIn } from '@homerealm/contracts';
import { aConnection, anAccount, newId } from './domain/directory.builders.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory.close());

const call: RunningDirectory['call'] = (...all) => directory.call(...all);
let people = 0;
const anAddress = () => `person.${++people}@contoso.example`;
const create = async (...identities: object[]) => (await call('POST', '/users', { identities })).body;
const verified = (email: string) => ({ type: 'email', email, verified: true });

type Through = { connection?: UpstreamSignIn['connection']; emailVerified?: boolean };
const social = (connection: UpstreamSignIn['connection'], email: string, emailVerified = true) => ({
  attemptId: newId('attempt'),
  connection,
  organizationId: null,
  account: {
    key: { kind: 'oidc', issuer: 'https://social.example', subject: email } as const,
    asOf: '2026-11-21T12:00:00.000Z',
    claims: { email, emailVerified, givenName: 'Linked' },
  },
});
const google = () => aConnection({ strategy: 'google', pinnedTenant: false, connectionId: newId('conn') });
const enterprise = (email: string, { connection = aConnection() }: Through = {}) => ({
  attemptId: newId('attempt'),
  connection,
  organizationId: null,
  account: anAccount(people, { email }),
});
const signIn = async (body: object) => (await call('POST', '/sign-ins', body)).body;
const linksOf = async (userId: string) => (await call('GET', `/users/${userId}/links`)).body.items;
const undo = (userId: string, linkId: string) => call('POST', `/users/${userId}/links/${linkId}/undo`);

describe('links', () => {
  it('are remembered with their proof, and what they replaced', async () => {
    const email = anAddress();
    const { userId } = await create(verified(email), verified(anAddress()));
    const first = await signIn(social(google(), email));
    const request = enterprise(email);
    const second = await signIn(request);
    expect([first.userId, second.userId]).toEqual([userId, userId]);
    expect(await linksOf(userId)).toMatchObject([
      { type: 'social', rule: 'verified-email', proof: 'provider-verified', replaced: [], undone: null },
      {
        type: 'enterprise',
        rule: 'verified-email',
        proof: 'home-realm-domain',
        identityId: second.identityId,
        attemptId: request.attemptId,
        connectionId: request.connection.connectionId,
      },
    ]);
    const replaced = (await linksOf(userId))[1].replaced.map(({ type }: { type: string }) => type);
    expect(replaced).toEqual(['email', 'email', 'social']);
    expect(await linksOf((await signIn(social(google(), anAddress()))).userId)).toEqual([]);
  });

  it('are undone once: two users, everything told, and the account never links again', async () => {
    const email = anAddress();
    const { userId } = await create(verified(email));
    const request = enterprise(email);
    const linked = await signIn(request);
    const [{ linkId }] = await linksOf(userId);
    const { status, body } = await undo(userId, linkId);
    expect([status, body.userId]).toEqual([200, userId]);
    const back = (await call('GET', `/users/${userId}`)).body;
    expect(back.identities).toMatchObject([{ type: 'email', value: email, verified: true, primary: true }]);
    const apart = (await call('GET', `/users/${body.newUserId}`)).body;
    expect(apart.identities).toMatchObject([{ type: 'enterprise', account: request.account.key }]);
    const told = await directory.published(userTopic);
    const of = (id: string) => told.filter(({ subject }) => subject === id).map(({ type }) => type);
    expect(of(userId).slice(-2)).toEqual(['IdentityRemoved', 'IdentityAdded']);
    expect(of(body.newUserId)).toEqual(['UserCreated', 'IdentityAdded']);
    const removed = told.filter(
      ({ type, data }) => type === 'IdentityRemoved' && data.identityId === linked.identityId,
    );
    expect(removed).toHaveLength(1); // what ends the sessions that rest on it

    expect(await undo(userId, linkId)).toMatchObject({ status: 409, body: { code: 'link.undone' } });
    expect((await linksOf(userId))[0].undone).toMatchObject({ userId: body.newUserId });
    const again = await signIn({ ...request, attemptId: newId('attempt') });
    expect(again).toMatchObject({ change: 'matched', userId: body.newUserId });
    const own = { attemptId: newId('attempt'), organizationId: null, proof: { by: 'email', email }, signUp: null };
    expect(await signIn(own)).toMatchObject({ change: 'matched', userId });
  });

  it('are undone for one of ten who ask at once', async () => {
    const email = anAddress();
    const { userId } = await create(verified(email));
    await signIn(social(google(), email));
    const [{ linkId }] = await linksOf(userId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => undo(userId, linkId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe('link.undone');
  });

  it('are not undone when what was replaced is somebody else’s by now, and nothing changes then', async () => {
    const email = anAddress();
    const { userId } = await create(verified(email));
    await signIn(enterprise(email));
    await create(verified(email));
    const [{ linkId }] = await linksOf(userId);
    const before = (await call('GET', `/users/${userId}`)).body;
    expect(await undo(userId, linkId)).toMatchObject({ status: 409, body: { code: 'link.replaced-taken' } });
    expect((await call('GET', `/users/${userId}`)).body).toEqual(before);
  });

  it('go with their user', async () => {
    const email = anAddress();
    const { userId } = await create(verified(email));
    await signIn(enterprise(email));
    expect((await call('DELETE', `/users/${userId}`)).status).toBe(204);
    expect(await directory.query('SELECT 1 FROM identity_link WHERE user_id = $1', [userId])).toEqual([]);
    expect(await call('GET', `/users/${userId}/links`)).toMatchObject({ status: 404 });
  });

  it.each([
    ['no id', 'x'],
    ['an id nobody has', newId('link')],
  ])('are not found by %s', async (_title, linkId) => {
    const { userId } = await create(verified(anAddress()));
    expect(await undo(userId, linkId)).toMatchObject({ status: 404, body: { code: 'link.not-found' } });
  });
});

describe('the preview of a connection', () => {
  it('says whom trust would link and why not, page by page, and is what then happens', async () => {
    const connection = { ...google(), trustedProvider: false };
    const [linked, enterprising, unknown, unverified, suspended] = [1, 2, 3, 4, 5].map(anAddress) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const owner = await create(verified(linked), { type: 'email', email: anAddress() });
    await create(verified(unverified));
    const out = await create(verified(suspended));
    await call('POST', `/users/${out.userId}/suspend`);
    const company = await signIn(enterprise(enterprising));
    const requests = [
      social(connection, linked),
      social(connection, enterprising),
      social(connection, unknown),
      social(connection, unverified, false),
      social(connection, suspended),
    ];
    const users: string[] = [];
    for (const request of requests) users.push((await signIn(request)).userId);

    const trusted = { ...connection, trustedProvider: true };
    const count = () =>
      directory.query('SELECT (SELECT count(*) FROM "user") AS u, (SELECT sum(last) FROM event_sequence) AS e');
    const before = await count();
    const pages = [];
    let cursor: string | undefined;
    do {
      const { body } = await call('POST', '/link-preview', { connection: trusted, limit: 2, cursor });
      pages.push(...body.items);
      cursor = body.next ?? undefined;
    } while (cursor !== undefined);
    expect(await count()).toEqual(before);
    expect(pages.map(({ userId }) => userId)).toEqual(users);
    expect(pages).toMatchObject([
      { outcome: 'linked', linksTo: owner.userId, rule: 'verified-email', proof: 'provider-verified', replaces: [] },
      { outcome: 'refused', linksTo: company.userId, rule: 'other-enterprise-identity' },
      { outcome: 'separate', linksTo: null, rule: 'no-such-user' },
      { outcome: 'separate', linksTo: null, rule: 'not-proven', proof: 'not-verified-by-provider' },
      { outcome: 'refused', linksTo: out.userId, rule: 'suspended' },
    ]);

    for (const [index, request] of requests.entries()) {
      await call('DELETE', `/users/${users[index]}`);
      const real = await signIn({ ...request, attemptId: newId('attempt'), connection: trusted });
      const { outcome, linksTo } = pages[index];
      if (outcome === 'linked') expect(real).toMatchObject({ change: 'linked', userId: linksTo });
      if (outcome === 'separate') expect(real).toMatchObject({ change: 'created' });
      if (outcome === 'refused') expect(real).toMatchObject({ outcome: 'refused', userId: linksTo });
    }
  });

  it('tells what an enterprise connection would replace, and nothing without trust', async () => {
    const connection = aConnection({ connectionId: newId('conn'), trustedProvider: false });
    const email = anAddress();
    const owner = await create(verified(email), verified(anAddress()));
    await signIn(enterprise(email, { connection }));
    const preview = async (change: object) =>
      (await call('POST', '/link-preview', { connection: { ...connection, ...change } })).body.items;
    expect(await preview({})).toMatchObject([
      { outcome: 'separate', rule: 'not-proven', proof: 'connection-not-trusted' },
    ]);
    const trusted = await preview({ trustedProvider: true });
    expect(trusted).toMatchObject([{ outcome: 'linked', linksTo: owner.userId, replaces: ['email', 'email'] }]);
    const elsewhere = await preview({ trustedProvider: true, homeRealmDomains: ['other.example'] });
    expect(elsewhere).toMatchObject([{ proof: 'domain-not-home-realm' }]);
    const anywhere = await preview({ trustedProvider: true, homeRealmDomains: [], trustScope: 'any' });
    expect(anywhere).toMatchObject([{ outcome: 'linked', proof: 'trust-scope-any' }]);
  });

  it('needs the scope to read users', async () => {
    expect(await call('POST', '/link-preview', { connection: google() }, 'sign-ins:write')).toMatchObject({
      status: 403,
    });
  });
});
