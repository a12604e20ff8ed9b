import { decideOwnSignIn, type OwnSignInAsked } from './decide-own-sign-in.js';
import type { SignedIn } from './decision.js';
import {
  aUser,
  aWaitingAccount,
  anEmail,
  anEnterpriseAccount,
  anOrganization,
  fresh,
  newId,
} from './directory.builders.js';
import { phoneIdentity, usernameIdentity } from './identities.js';
import type { Organization } from './organization.js';
import type { User } from './user.js';

const email = 'ada@contoso.example';
const phone = '+49301234567';
const form = { givenName: ' Ada ', familyName: 'Example', picture: null, username: null };
const byEmail = (signUp: OwnSignInAsked['signUp'] = null): OwnSignInAsked => ({
  proof: { by: 'email', email: 'Ada@Contoso.example' },
  signUp,
  organizationId: null,
});
const byPhone: OwnSignInAsked = { proof: { by: 'phone', phone }, signUp: form, organizationId: null };
const byUsername = (username = 'ROSYrose', address = email): OwnSignInAsked => ({
  proof: { by: 'username', username, email: address },
  signUp: form,
  organizationId: null,
});

const decide = (asked: OwnSignInAsked, users: User[] = [], organization: Organization | null = null) =>
  decideOwnSignIn(asked, { users, organization }, fresh());
function signedIn(asked: OwnSignInAsked, users: User[] = [], organization: Organization | null = null): SignedIn {
  const decision = decide(asked, users, organization);
  if (decision.outcome !== 'signed-in') throw new Error(`refused: ${decision.code}`);
  return decision;
}
const refused = (code: string, userId: string | null = null) => ({ outcome: 'refused', code, userId });

const rosy = aUser([
  anEmail(email),
  phoneIdentity(newId('identity'), phone, true, true),
  usernameIdentity(newId('identity'), 'RosyRose', true),
]);

describe('somebody known', () => {
  it.each<[string, OwnSignInAsked, number, boolean]>([
    ['an address, in any case of letters', byEmail(), 0, true],
    ['an address, whatever form came along', byEmail(form), 0, true],
    ['a number', byPhone, 1, false],
    ['a username, in any case, and the address behind it', byUsername(), 2, true],
  ])('is found by %s', (_title, asked, index, emailProven) => {
    const decision = signedIn(asked, [aUser([anEmail('bob@x.example')]), rosy]);
    expect(decision).toMatchObject({ change: 'matched', before: rosy, happened: [], emailProven });
    expect(decision.after).toBe(rosy);
    expect(decision.identityId).toBe(rosy.identities[index]?.identityId);
    expect(decision.difference).toMatchObject({ userCreated: false, identitiesAdded: [], profileChanged: [] });
  });

  it.each<[string, User, OwnSignInAsked]>([
    ['a username with somebody else’s address', rosy, byUsername('RosyRose', 'bob@x.example')],
    [
      'a username whose address is only claimed',
      aUser([anEmail(email, false), ...rosy.identities.slice(1)]),
      byUsername(),
    ],
    ['a username nobody has', rosy, byUsername('nobody')],
    ['what is no username', rosy, byUsername('ro\u200Bsyrose')],
    [
      'a number nobody proved, of somebody with more',
      aUser([anEmail(), phoneIdentity(newId('identity'), phone, false, true)]),
      byPhone,
    ],
    ['a number nobody has', aUser([anEmail()]), byPhone],
  ])('is not found by %s, and does not sign up so either', (_title, user, asked) => {
    expect(decide(asked, [user])).toMatchObject(refused('user.not-provisioned'));
  });

  it.each<[string, OwnSignInAsked]>([
    ['an address', byEmail()],
    ['a number', byPhone],
    ['a username', byUsername()],
  ])('is refused by %s while suspended', (_title, asked) => {
    const suspended = { ...rosy, status: 'suspended' as const };
    expect(decide(asked, [suspended])).toMatchObject(refused('user.suspended', rosy.userId));
  });
});

describe('a user of an enterprise account', () => {
  const taken = aUser([anEnterpriseAccount(1)]);
  const waiting = aUser([aWaitingAccount(email)]);

  it.each<[string, User]>([
    ['whose address the provider proved', taken],
    ['whom an admin expects with this address', waiting],
  ])('%s signs in with that account only', (_title, user) => {
    for (const form_ of [null, form])
      expect(decide(byEmail(form_), [user])).toMatchObject(refused('user.enterprise-only', user.userId));
  });

  it('is not meant by an address that nobody proved to be theirs', () => {
    const unproven = aUser([anEnterpriseAccount(1, { emailProven: false })]);
    expect(signedIn(byEmail(form), [unproven]).change).toBe('created');
    expect(signedIn(byEmail(), [unproven, rosy]).before).toBe(rosy);
  });
});

describe('somebody unknown', () => {
  it('becomes a user by an address, with the names of the form', () => {
    const decision = signedIn(byEmail(form));
    expect(decision).toMatchObject({ change: 'created', before: null, emailProven: true });
    expect(decision.after.identities).toMatchObject([
      { type: 'email', value: 'Ada@Contoso.example', canon: email, verified: true, primary: true },
    ]);
    expect(decision.identityId).toBe(decision.after.identities[0]?.identityId);
    expect(decision.after.profile).toMatchObject({
      givenName: { value: 'Ada', source: 'user', policy: 'sign-up', connectionId: null },
      familyName: { value: 'Example' },
    });
    expect(decision.happened).toMatchObject([
      { type: 'UserCreated', data: { by: 'sign-up', connectionId: null } },
      { type: 'IdentityAdded', data: { reason: 'created', type: 'email' } },
    ]);
    expect(decision.difference).toMatchObject({ userCreated: true, profileChanged: ['givenName', 'familyName'] });
  });

  it('gets no name that cannot be shown, and no picture that is none', () => {
    const odd = { ...form, givenName: 'a\u202Eb', familyName: '  ', picture: 'javascript:alert(1)' };
    expect(signedIn(byEmail(odd)).after.profile).toEqual({});
  });

  it('gets the username asked for, as spelled', () => {
    const { after } = signedIn(byEmail({ ...form, username: 'RosyRose' }));
    expect(after.identities.map(({ type, value, canon, verified }) => [type, value, canon, verified])).toEqual([
      ['email', 'Ada@Contoso.example', email, true],
      ['username', 'RosyRose', 'rosyrose', true],
    ]);
  });

  it('A30: gets no username that differs from another only in case, or looks like one', () => {
    const owner = aUser([anEmail('rose@x.example'), usernameIdentity(newId('identity'), 'rosyrose', true)]);
    const ask = (username: string) => decide(byEmail({ ...form, username }), [owner]);
    for (const username of ['rosyrose', 'RosyRose', 'ROSYROSE'])
      expect(ask(username)).toMatchObject(refused('username.taken'));
    for (const username of ['roſyrose', 'rosy\u200Brose', 'ｒosyrose', 'rosyro\u0073\u0323e', 'x', 'a b'])
      expect(ask(username)).toMatchObject(refused('username.invalid'));
  });

  it('is refused where nobody may sign up', () => {
    expect(decide(byEmail())).toMatchObject(refused('user.not-provisioned'));
  });
});

describe('the organization of our own sign-in', () => {
  const contoso = anOrganization();
  const into = (asked: OwnSignInAsked): OwnSignInAsked => ({ ...asked, organizationId: contoso.organizationId });
  const open = { ...contoso, autoJoin: true, allowedDomains: ['contoso.example'] };

  it('takes members, and by an allowed domain those who proved an address of it', () => {
    const member = { ...rosy, organizations: [contoso.organizationId] };
    expect(signedIn(into(byPhone), [member], contoso)).toMatchObject({ joinedOrganization: false });
    const joined = signedIn(into(byEmail()), [rosy], open);
    expect(joined).toMatchObject({ joinedOrganization: true, organizationId: contoso.organizationId });
    expect(joined.difference.joinedOrganization).toBe(contoso.organizationId);
    expect(signedIn(into(byEmail(form)), [], open).joinedOrganization).toBe(true);
  });

  it.each<[string, OwnSignInAsked, User[], Organization | null, string]>([
    ['strangers', into(byEmail()), [rosy], contoso, 'organization.not-a-member'],
    ['new strangers', into(byEmail(form)), [], contoso, 'organization.not-a-member'],
    ['a number, which is of no domain', into(byPhone), [rosy], open, 'organization.not-a-member'],
    ['anybody when suspended', into(byEmail()), [rosy], { ...open, suspended: true }, 'organization.suspended'],
    ['anybody when it is not there', into(byEmail()), [rosy], null, 'organization.not-found'],
  ])('does not take %s', (_title, asked, users, organization, code) => {
    expect(decide(asked, users, organization)).toMatchObject({ outcome: 'refused', code });
  });
});
