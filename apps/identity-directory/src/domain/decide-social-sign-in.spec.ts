import type { SignInConnection } from './is-proven-email.js';
import { decideSignIn, type SignIn } from './decide-sign-in.js';
import type { SignedIn } from './decision.js';
import {
  aConnection,
  aSignIn,
  aUser,
  aWaitingAccount,
  anAccount,
  anEmail,
  anEnterpriseAccount,
  fresh,
  newId,
} from './directory.builders.js';
import type { User } from './user.js';

const google: Partial<SignInConnection> = {
  strategy: 'google',
  pinnedTenant: false,
  homeRealmDomains: [],
  connectionId: newId('conn'),
};
const company: Partial<SignInConnection> = {
  strategy: 'oidc',
  identityType: 'enterprise',
  homeRealmDomains: ['contoso.example'],
};
const key = { kind: 'oidc', issuer: 'https://accounts.google.example', subject: '42' } as const;
const via = (claims: SignIn['account']['claims'], change: Partial<SignInConnection> = {}, more: Partial<SignIn> = {}) =>
  aSignIn({
    connection: aConnection({ ...google, ...change }),
    account: { key, asOf: '2026-11-21T12:00:00.000Z', claims },
    ...more,
  });
const email = 'ada@contoso.example';
const proven = { email, emailVerified: true };

const decide = (signIn: SignIn, users: User[] = []) => decideSignIn(signIn, { users, organization: null }, fresh());
function signedIn(signIn: SignIn, users: User[] = []): SignedIn {
  const decision = decide(signIn, users);
  if (decision.outcome !== 'signed-in') throw new Error(`refused: ${decision.code}`);
  return decision;
}
const types = ({ after }: SignedIn) => after.identities.map(({ type }) => type);
const told = ({ happened }: SignedIn) =>
  happened.map(({ type, data }) => ('reason' in data ? `${type} ${data.reason}` : type));

describe('row 1, social', () => {
  it('is the user the account is known of, trusted or not', () => {
    const first = signedIn(via(proven));
    const again = signedIn(via({ email: 'other@x.example' }, { trustedProvider: false }), [first.after]);
    expect(again).toMatchObject({ change: 'matched', happened: [], difference: { identitiesAdded: [] } });
    expect(again.after.userId).toBe(first.after.userId);
    expect(types(again)).toEqual(['social', 'email']);
  });

  it('keeps the email identity when trust is taken away, and adds none when it is given later', () => {
    const untrusted = signedIn(via(proven, { trustedProvider: false }));
    expect(types(untrusted)).toEqual(['social']);
    const trusted = signedIn(via(proven), [untrusted.after]);
    expect(types(trusted)).toEqual(['social']);
    expect(trusted.emailProven).toBe(true);
  });
});

describe('row 2, social', () => {
  it('never binds a waiting enterprise identity of another connection', () => {
    const waiting = aUser([aWaitingAccount(email)]);
    expect(signedIn(via(proven), [waiting]).change).toBe('created');
  });
});

describe('row 3, social', () => {
  const ada = aUser([anEmail()]);

  it('links beside the email identity, by name of the proof', () => {
    const decision = signedIn(via(proven), [ada]);
    expect(decision.link).toMatchObject({ rule: 'verified-email', proof: 'provider-verified', replaced: [] });
    expect(types(decision)).toEqual(['email', 'social']);
    expect(told(decision)).toEqual(['IdentityAdded linked']);
    expect(decision.difference).toEqual({
      userCreated: false,
      identitiesAdded: ['social'],
      identitiesRemoved: [],
      identitiesVerified: [],
      profileChanged: [],
      joinedOrganization: null,
    });
  });

  it('links a second social account, which is not primary', () => {
    const one = signedIn(via(proven), [ada]).after;
    const github = { strategy: 'github', connectionId: newId('conn') } as const;
    const other = via(proven, github);
    const account = { ...other.account, key: { ...key, issuer: 'https://github.example' } };
    const decision = signedIn({ ...other, account }, [one]);
    expect(decision.after.identities.map(({ type, primary }) => [type, primary])).toEqual([
      ['email', true],
      ['social', true],
      ['social', false],
    ]);
  });

  it('links by an address the person proved to us, because the provider gave none', () => {
    const decision = signedIn(via({}, { trustedProvider: false }, { provenEmail: 'Ada@Contoso.Example' }), [ada]);
    expect(decision).toMatchObject({
      change: 'linked',
      before: ada,
      emailProven: true,
      link: { proof: 'proved-here' },
    });
    expect(decision.after.identities.at(-1)).toMatchObject({ type: 'social', value: null, emailProven: false });
  });

  it('makes an enterprise account of a company’s own OpenID provider replace the others', () => {
    const decision = signedIn(via({ email }, company), [signedIn(via(proven), [ada]).after]);
    expect(types(decision)).toEqual(['email', 'social']); // the same account is row 1
    const account = { key: { ...key, subject: '43' }, asOf: '2026-11-21T12:00:00.000Z', claims: { email } };
    const other = signedIn(via({}, company, { account }), [signedIn(via(proven), [ada]).after]);
    expect(types(other)).toEqual(['enterprise']);
    expect(other.difference.identitiesRemoved).toEqual(['email', 'social']);
    expect(other.link?.replaced.map(({ type }) => type)).toEqual(['email', 'social']);
  });
});

describe('row 4, social', () => {
  it.each<[string, SignIn]>([
    ['the provider’s proof', via(proven)],
    ['a proof to us', via({}, {}, { provenEmail: email })],
  ])('refuses an enterprise user by %s', (_title, signIn) => {
    const ada = aUser([anEnterpriseAccount(1)]);
    expect(decide(signIn, [ada])).toMatchObject({ outcome: 'refused', code: 'user.other-enterprise-identity' });
  });
});

describe('rows 5 and 6, social', () => {
  it.each<[string, SignIn]>([
    ['nobody trusts the provider', via(proven, { trustedProvider: false })],
    ['A3: email_verified is false', via({ email, emailVerified: false })],
    ['A3: email_verified is absent', via({ email })],
  ])('makes another user when %s', (_title, signIn) => {
    const ada = aUser([anEmail()]);
    const decision = signedIn(signIn, [ada]);
    expect(decision).toMatchObject({ change: 'created', before: null, emailProven: false });
    expect(types(decision)).toEqual(['social']);
    expect(decision.after.identities[0]).toMatchObject({ value: email, emailProven: false });
  });

  it('A3: does not link to somebody whose own address nobody verified', () => {
    const claimed = aUser([anEmail(email, false)]);
    const decision = signedIn(via(proven), [claimed]);
    expect(decision).toMatchObject({ change: 'created', before: null, beside: [] });
  });
});

describe('rows 7 and 8, social', () => {
  it.each<[string, SignIn, string[]]>([
    ['proven by the provider', via(proven), ['social', 'email']],
    ['proven to us', via({}, { trustedProvider: false }, { provenEmail: email }), ['social', 'email']],
    ['unproven', via({ email }), ['social']],
    ['without any email', via({}), ['social']],
  ])('creates somebody %s', (_title, signIn, expected) => {
    const decision = signedIn(signIn);
    expect(types(decision)).toEqual(expected);
    expect(decision.after.identities.every(({ verified, primary }) => verified && primary)).toBe(true);
    expect(decision.difference).toMatchObject({ userCreated: true, identitiesAdded: [...expected].sort() });
  });

  it('creates nobody where users are not created', () => {
    expect(decide(via(proven, { createUsers: false }))).toMatchObject({ code: 'user.not-provisioned' });
  });

  it('takes the word of the connection on what its accounts are', () => {
    expect(types(signedIn(via({ email }, company)))).toEqual(['enterprise']);
    expect(types(signedIn(via(proven, { strategy: 'oidc' })))).toEqual(['social', 'email']);
  });
});

it('A1: another tenant with the victim’s address, in every form it may send it, never becomes the victim', () => {
  const victim = aUser([anEmail(email)]);
  const attacker = (change: Partial<SignInConnection>, claims: SignIn['account']['claims']) =>
    aSignIn({
      connection: aConnection({ connectionId: newId('conn'), homeRealmDomains: ['evil.example'], ...change }),
      account: {
        ...anAccount(9, claims),
        key: { kind: 'entra', tenantId: '66666666-6666-4666-8666-666666666666', objectId: newObjectId },
      },
    });
  for (const change of [{}, { pinnedTenant: false }, { strategy: 'entra-saml' as const }, { trustedProvider: false }])
    for (const claims of [{ email }, { email: email.toUpperCase() }, { email, emailVerified: true }])
      expect(signedIn(attacker(change, { ...claims, preferredUsername: email }), [victim]).after.userId).not.toBe(
        victim.userId,
      );
});
const newObjectId = '77777777-7777-4777-8777-777777777777';

it('A32: a guest is nobody’s employee: the address links nobody and binds nothing', () => {
  const guest = { ...anAccount(5, { email }), guest: true };
  expect(signedIn(aSignIn({ account: guest }), [aUser([anEmail()])]).change).toBe('created');
  expect(signedIn(aSignIn({ account: guest }), [aUser([aWaitingAccount(email)])]).change).toBe('created');
  const any = aConnection({ trustScope: 'any' });
  expect(signedIn(aSignIn({ account: guest, connection: any }), [aUser([anEmail()])]).change).toBe('created');
});
