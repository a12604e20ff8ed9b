import type { OwnSignIn, SignInRequest, SignInResponse, UpstreamSignIn } from '@homerealm/contracts';
import { createUser } from '../domain/change-user.js';
import {
  aConnection,
  aUser,
  aWaitingAccount,
  anAccount,
  anEmail,
  anEnterpriseAccount,
  anOrganization,
  newId,
  now,
  objectIdOf,
} from '../domain/directory.builders.js';
import { phoneIdentity, usernameIdentity } from '../domain/identities.js';
import type { Link } from '../domain/link.js';
import type { Organization } from '../domain/organization.js';
import { toUserState, type User } from '../domain/user.js';
import { DirectoryConflict, type Directory } from '../use-cases/directory.port.js';
import type { Links } from '../use-cases/links.port.js';

export const aRequest = (change: Partial<UpstreamSignIn> = {}): UpstreamSignIn => ({
  attemptId: newId('attempt'),
  dryRun: false,
  connection: aConnection(),
  account: anAccount(1),
  organizationId: null,
  ...change,
});

const anAnswer = (user: User): SignInResponse => ({
  outcome: 'signed-in',
  userId: user.userId,
  identityId: newId('identity'),
  change: 'created',
  joinedOrganization: false,
  emailProven: true,
  user: toUserState(user),
  organizationId: null,
  checks: [{ code: 'account.known', outcome: 'failed', details: { a: 1 } }],
});
const refused: SignInResponse = { outcome: 'refused', code: 'user.not-provisioned', userId: null, checks: [] };

const anOwnRequest = (proof: OwnSignIn['proof'], change: Partial<OwnSignIn> = {}): OwnSignIn => ({
  attemptId: newId('attempt'),
  dryRun: false,
  organizationId: null,
  proof,
  signUp: null,
  ...change,
});
const aPhone = (phone: string, verified = true) => phoneIdentity(newId('identity'), phone, verified, true);
const aUsername = (username: string) => usernameIdentity(newId('identity'), username, true);
const aLink = (user: User, replaced: User['identities']): Link => ({
  linkId: newId('link'),
  userId: user.userId,
  identityId: newId('identity'),
  type: 'enterprise',
  connectionId: newId('conn'),
  attemptId: newId('attempt'),
  at: now,
  rule: 'verified-email',
  proof: 'home-realm-domain',
  replaced,
  undone: null,
});

export type Opened = { directory: Directory; links: Links; addOrganization(organization: Organization): Promise<void> };

/** What every directory does, whatever it stores users in. `open` gives an empty one. */
export function itIsADirectory(open: () => Promise<Opened>): void {
  let opened: Opened;
  let directory: Directory;
  beforeEach(async () => {
    opened = await open();
    directory = opened.directory;
  });

  const newUser = (...identities: User['identities']) => aUser(identities, { revision: 0 });
  const add = async (user: User) => {
    await directory.save({ before: null, after: user, happened: [] });
    return found(user);
  };
  const found = async ({ userId }: User) => {
    const user = await directory.find(userId);
    if (!user) throw new Error('not found');
    return user;
  };
  const conflict = (on: string) => expect.objectContaining({ constructor: DirectoryConflict, on });
  const foundBy = async (request: SignInRequest) =>
    (await directory.concernedBy(request)).users.map(({ userId }) => userId);

  it('gives a user back as it was saved', async () => {
    const organization = anOrganization();
    await opened.addOrganization(organization);
    const { after } = createUser({
      userId: newId('user'),
      identities: [anEmail('Ada@Contoso.example'), { ...anEmail('b@x.example', false), primary: false }],
      profile: {
        values: { givenName: 'Ada ✓', familyName: null },
        source: 'admin',
        connectionId: newId('conn'),
        asOf: now,
        policy: 'admin',
      },
      organizationId: organization.organizationId,
      by: 'admin',
      now,
    });
    expect(await add(after)).toEqual({ ...after, revision: 1 });
    expect(await directory.find(newId('user'))).toBeNull();
  });

  it('saves a change only on what was loaded', async () => {
    const before = await add(newUser(anEmail()));
    await directory.save({ before, after: { ...before, status: 'suspended' }, happened: [] });
    expect(await found(before)).toEqual({ ...before, status: 'suspended', revision: 2 });
    const late = directory.save({ before, after: { ...before, status: 'active' }, happened: [] });
    await expect(late).rejects.toEqual(conflict('revision'));
    const lateDeletion = directory.save({ before, after: null, happened: [] });
    await expect(lateDeletion).rejects.toEqual(conflict('revision'));
    expect((await found(before)).status).toBe('suspended');
  });

  it('replaces identities at once: away, new, changed, another primary', async () => {
    const [first, second] = [anEmail('a@x.example'), { ...anEmail('b@x.example'), primary: false }];
    const before = await add(newUser(first, second));
    const swapped = {
      ...before,
      identities: [
        { ...first, primary: false },
        { ...second, primary: true },
      ],
    };
    await directory.save({ before, after: swapped, happened: [] });
    const between = await found(before);
    expect(between.identities).toEqual(expect.arrayContaining(swapped.identities));
    const linked = { ...between, identities: [anEnterpriseAccount(1)] };
    await directory.save({ before: between, after: linked, happened: [] });
    expect((await found(before)).identities).toEqual(linked.identities);
    await add(newUser(anEmail('a@x.example')));
  });

  it('joins and leaves organizations, known ones only', async () => {
    const organization = anOrganization();
    await opened.addOrganization(organization);
    const { organizationId } = organization;
    const before = await add(newUser(anEmail()));
    await directory.save({ before, after: { ...before, organizations: [organizationId] }, happened: [] });
    const member = await found(before);
    expect(member.organizations).toEqual([organizationId]);
    const stranger = { ...member, organizations: [organizationId, newId('org')] };
    await expect(directory.save({ before: member, after: stranger, happened: [] })).rejects.toEqual(
      conflict('organization'),
    );
    await directory.save({ before: member, after: { ...member, organizations: [] }, happened: [] });
    expect((await found(before)).organizations).toEqual([]);
  });

  it('forgets a deleted user and what was answered to them', async () => {
    const request = aRequest();
    const user = newUser(anEnterpriseAccount(1));
    await directory.save({
      before: null,
      after: user,
      happened: [],
      answered: { request, response: anAnswer(user) },
    });
    await directory.save({ before: await found(user), after: null, happened: [] });
    expect(await directory.find(user.userId)).toBeNull();
    expect(await foundBy(request)).toEqual([]);
  });

  it.each<[string, string, () => [User, User]]>([
    ['one account', 'account', () => [newUser(anEnterpriseAccount(1)), newUser(anEnterpriseAccount(1))]],
    [
      'one verified email, ignoring case',
      'verified-email',
      () => [newUser(anEmail('a@x.example')), newUser(anEmail('A@X.Example'))],
    ],
    ['one verified phone', 'verified-phone', () => [newUser(aPhone('+49301234567')), newUser(aPhone('+49301234567'))]],
    [
      'A30: one username, ignoring case',
      'username',
      () => [newUser(aUsername('RosyRose')), newUser(aUsername('rosyROSE'))],
    ],
    ['one waiting email', 'pending', () => [newUser(aWaitingAccount()), newUser(aWaitingAccount())]],
    [
      'one waiting object id',
      'pending',
      () => [
        newUser(aWaitingAccount('a@x.example', objectIdOf(1))),
        newUser(aWaitingAccount('b@x.example', objectIdOf(1))),
      ],
    ],
  ])('keeps two users from %s', async (_title, on, pair) => {
    const [one, other] = pair();
    await add(one);
    await expect(directory.save({ before: null, after: other, happened: [] })).rejects.toEqual(conflict(on));
    expect(await directory.find(other.userId)).toBeNull();
  });

  it('lets many claim an address that nobody proved', async () => {
    await add(newUser(anEmail('a@x.example', false)));
    await add(newUser(anEmail('a@x.example', false)));
    await add(newUser(anEmail('a@x.example')));
  });

  it('finds by account, verified email, waiting identity and proven enterprise email; nobody else', async () => {
    const other = await add(newUser(anEmail('other@x.example')));
    const byAccount = await add(newUser(anEnterpriseAccount(1, { canon: null, value: null, emailProven: false })));
    const byEmail = await add(newUser(anEmail('Ada@Contoso.example')));
    const waiting = await add(newUser(aWaitingAccount()));
    const named = await add(newUser(aWaitingAccount('n@x.example', objectIdOf(1))));
    const proven = await add(newUser(anEnterpriseAccount(2)));
    const ids = await foundBy(aRequest({ account: anAccount(1, { email: 'ADA@contoso.EXAMPLE' }) }));
    expect(ids).toEqual(expect.arrayContaining([byAccount, byEmail, waiting, named, proven].map((u) => u.userId)));
    const without = await directory.concernedBy(aRequest({ account: anAccount(3, {}) }));
    expect(without.users.filter(({ userId }) => userId === other.userId).length).toBeLessThanOrEqual(1);
  });

  it('finds by what somebody proved to us, and everybody who claims it', async () => {
    const owner = await add(newUser(anEmail('Ada@Contoso.example'), aPhone('+49301234567'), aUsername('RosyRose')));
    const claims = [
      await add(newUser(anEmail('ada@contoso.example', false))),
      await add(newUser(aPhone('+49301234567', false))),
    ].map(({ userId }) => userId);
    const enterprise = await add(newUser(anEnterpriseAccount(1)));
    const waiting = await add(newUser(aWaitingAccount()));
    const byEmail = await foundBy(anOwnRequest({ by: 'email', email: 'ADA@contoso.EXAMPLE' }));
    expect(byEmail).toEqual(expect.arrayContaining([owner.userId, claims[0], enterprise.userId, waiting.userId]));
    const byPhone = await foundBy(anOwnRequest({ by: 'phone', phone: '+49301234567' }));
    expect(byPhone).toEqual(expect.arrayContaining([owner.userId, claims[1]]));
    const byName = anOwnRequest({ by: 'username', username: 'ROSYROSE', email: 'x@x.example' });
    expect(await foundBy(byName)).toContain(owner.userId);
    const wanted = { givenName: null, familyName: null, picture: null, username: 'rosyrose' };
    const signUp = anOwnRequest({ by: 'email', email: 'new@x.example' }, { signUp: wanted });
    expect(await foundBy(signUp)).toContain(owner.userId);
  });

  it('changes several users at once, or none of them', async () => {
    const [one, other, late] = [
      await add(newUser(anEmail('a@x.example'), { ...anEmail('b@x.example', false), primary: false })),
      await add(newUser(anEmail('b@x.example', false))),
      newUser(anEnterpriseAccount(1)),
    ];
    const after = { ...other, identities: other.identities.map((identity) => ({ ...identity, verified: true })) };
    const loses = { ...one, identities: one.identities.slice(0, 1) };
    const beside = [
      { before: one, after: loses },
      { before: null, after: late },
    ];
    await directory.save({ before: other, after, beside, happened: [] });
    expect((await found(one)).identities).toHaveLength(1);
    expect((await found(other)).identities).toMatchObject([{ verified: true }]);
    expect(await found(late)).toEqual({ ...late, revision: 1 });

    const now_ = await found(other);
    const suspended = { ...now_, status: 'suspended' as const };
    const stale = [{ before: one, after: loses }];
    await expect(directory.save({ before: now_, after: suspended, beside: stale, happened: [] })).rejects.toEqual(
      conflict('revision'),
    );
    expect((await found(other)).status).toBe('active');
  });

  it('remembers links with all that undoing needs, and forgets them with their user', async () => {
    const replaced = [anEmail(), { ...anEnterpriseAccount(3), providerWord: { emailVerified: true, guest: true } }];
    const before = await add(newUser(anEmail()));
    const link = aLink(before, replaced);
    const linkedTo = { ...before, identities: [anEnterpriseAccount(1)] };
    await directory.save({ before, after: linkedTo, happened: [], linked: link });
    expect(await opened.links.ofUser(before.userId)).toEqual([link]);
    expect(await opened.links.find(before.userId, link.linkId)).toEqual(link);
    expect(await opened.links.find(newId('user'), link.linkId)).toBeNull();

    const linked = await found(before);
    const undone = { linkId: link.linkId, at: now, userId: newId('user') };
    await directory.save({ before: linked, after: { ...linked, profile: {} }, happened: [], undone });
    const { at, userId } = undone;
    expect(await opened.links.ofUser(before.userId)).toEqual([{ ...link, undone: { at, userId } }]);
    await directory.save({ before: await found(before), after: null, happened: [] });
    expect(await opened.links.ofUser(before.userId)).toEqual([]);
  });

  it('pages through the accounts of a connection', async () => {
    const connectionId = newId('conn');
    const users = [];
    for (const number of [1, 2, 3]) users.push(await add(newUser(anEnterpriseAccount(number, { connectionId }))));
    await add(newUser(anEnterpriseAccount(4)));
    await add(newUser({ ...aWaitingAccount(), connectionId }));
    const all = users.map((user) => ({ user, identityId: user.identities[0]?.identityId }));
    expect(await opened.links.throughConnection(connectionId, 5)).toEqual(all);
    expect(await opened.links.throughConnection(connectionId, 1)).toEqual(all.slice(0, 2));
    const cursor = users[1]?.identities[0]?.identityId;
    expect(await opened.links.throughConnection(connectionId, 1, cursor)).toEqual(all.slice(2));
  });

  it('finds the organization a sign-in is for', async () => {
    const organization = anOrganization({ allowedDomains: ['contoso.example'], externalId: 'c-1' });
    await opened.addOrganization(organization);
    const { organizationId } = organization;
    expect((await directory.concernedBy(aRequest({ organizationId }))).organization).toEqual(organization);
    const own = aRequest({ connection: aConnection({ organizationId }) });
    expect((await directory.concernedBy(own)).organization).toEqual(organization);
    expect((await directory.concernedBy(aRequest())).organization).toBeNull();
  });

  it('keeps the answer to an attempt, and knows whether the request is the same', async () => {
    const user = newUser(anEnterpriseAccount(1));
    const request = aRequest();
    const response = anAnswer(user);
    await directory.save({ before: null, after: user, happened: [], answered: { request, response } });
    expect((await directory.concernedBy(request)).answered).toEqual({ sameRequest: true, response });
    const changed = { ...request, account: anAccount(2) };
    expect((await directory.concernedBy(changed)).answered?.sameRequest).toBe(false);
    expect((await directory.concernedBy(aRequest())).answered).toBeNull();
  });

  it('answers an attempt once, and changes nothing for a second answer', async () => {
    const request = aRequest();
    await directory.keepAnswer(request, refused);
    expect((await directory.concernedBy(request)).answered).toEqual({ sameRequest: true, response: refused });
    await expect(directory.keepAnswer(request, refused)).rejects.toEqual(conflict('attempt'));
    const user = newUser(anEnterpriseAccount(1));
    const answered = { request, response: anAnswer(user) };
    await expect(directory.save({ before: null, after: user, happened: [], answered })).rejects.toEqual(
      conflict('attempt'),
    );
    expect(await directory.find(user.userId)).toBeNull();
  });
}
