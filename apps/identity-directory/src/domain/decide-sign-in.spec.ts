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
  anOrganization,
  fresh,
  newId,
  objectIdOf,
} from './directory.builders.js';
import type { Organization } from './organization.js';
import type { User } from './user.js';

const decide = (signIn: SignIn, users: User[] = [], organization: Organization | null = null) =>
  decideSignIn(signIn, { users, organization }, fresh());

function signedIn(signIn: SignIn, users: User[] = [], organization: Organization | null = null): SignedIn {
  const decision = decide(signIn, users, organization);
  if (decision.outcome !== 'signed-in') throw new Error(`refused: ${decision.code}`);
  return decision;
}

const told = (decision: SignedIn) =>
  decision.happened.map(({ type, data }) => ('reason' in data ? `${type} ${data.reason}` : type));
const codes = (decision: ReturnType<typeof decide>) => decision.checks.map(({ code, outcome }) => `${code} ${outcome}`);
const google: Partial<SignInConnection> = { strategy: 'google', pinnedTenant: false, connectionId: newId('conn') };
const viaGoogle = (email: string, emailVerified = true) =>
  aSignIn({
    connection: aConnection(google),
    account: {
      key: { kind: 'oidc', issuer: 'https://accounts.google.example', subject: '42' },
      asOf: '2026-11-21T12:00:00Z',
      claims: { email, emailVerified },
    },
  });

describe('row 1: the upstream account is known', () => {
  const ada = aUser([anEnterpriseAccount(1)]);

  it('signs that user in and stores nothing', () => {
    const decision = signedIn(aSignIn(), [ada]);
    expect(decision).toMatchObject({ change: 'matched', before: ada, after: ada, happened: [] });
    expect(decision.after).toBe(ada);
    expect(codes(decision)).toEqual(['account.known passed', 'user.active passed']);
  });

  it('follows the account, not the email, when the email is now somebody else’s (A2)', () => {
    const bob = aUser([anEmail('bob@contoso.example')]);
    const decision = signedIn(aSignIn({ account: anAccount(1, { email: 'bob@contoso.example' }) }), [bob, ada]);
    expect(decision).toMatchObject({ change: 'matched', before: ada });
    expect(decision.after.identities).toMatchObject([{ value: 'bob@contoso.example', account: anAccount(1).key }]);
  });

  it('is the same person through another protocol of the same tenant', () => {
    const connection = aConnection({ connectionId: newId('conn'), strategy: 'entra-saml' });
    const decision = signedIn(aSignIn({ connection, account: anAccount(1, { email: 'a@x.example' }) }), [ada]);
    expect(decision.after).toBe(ada);
  });

  it('keeps what the provider says anew about the account, and nothing it says again', () => {
    const says: [Partial<SignIn['account']>, boolean][] = [
      [{ pairwiseSubject: 'pairwise-1' }, true],
      [{ guest: true }, true],
      [{ claims: { email: 'ada@contoso.example', emailDomainOwnerVerified: true } }, true],
      [{ claims: { email: 'ada@contoso.example', givenName: 'Other' } }, false],
      [{ guest: false }, false],
    ];
    for (const [word, isNews] of says) {
      const account = { ...anAccount(1), ...word };
      const first = signedIn(aSignIn({ account }), [ada]).after;
      expect([word, first !== ada]).toEqual([word, isNews]);
      expect(signedIn(aSignIn({ account }), [first]).after).toBe(first);
    }
  });

  it('does not let older claims overwrite what the provider said later', () => {
    const old = anAccount(1, { email: 'old@contoso.example' }, '2020-01-01T00:00:00Z');
    expect(signedIn(aSignIn({ account: old }), [ada]).after).toBe(ada);
  });

  it('refuses a suspended user', () => {
    const suspended = { ...ada, status: 'suspended' as const };
    const decision = decide(aSignIn(), [suspended]);
    expect(decision).toMatchObject({ outcome: 'refused', code: 'user.suspended', userId: ada.userId });
    expect(codes(decision)).toEqual(['account.known passed', 'user.active failed']);
  });
});

describe('row 2: an enterprise identity waits on this connection', () => {
  const waiting = aUser([aWaitingAccount()]);

  it('binds the account to it and fills what the profile lacks', () => {
    const decision = signedIn(aSignIn({ connection: aConnection({ trustedProvider: false }) }), [waiting]);
    expect(decision).toMatchObject({ change: 'bound', identityId: waiting.identities[0]?.identityId });
    expect(decision.after.identities).toMatchObject([{ verified: true, account: anAccount(1).key }]);
    expect(decision.after.profile.givenName).toMatchObject({ value: 'Ada', policy: 'first-sign-in' });
    expect(told(decision)).toEqual(['IdentityAdded bound', 'UserProfileChanged']);
  });

  it('needs a proof where the tenant is not pinned', () => {
    const common = aConnection({ pinnedTenant: false });
    expect(signedIn(aSignIn({ connection: common }), [waiting]).change).toBe('created');
    const proven = anAccount(1, { email: 'ada@contoso.example', emailDomainOwnerVerified: true });
    expect(signedIn(aSignIn({ connection: common, account: proven }), [waiting]).change).toBe('bound');
  });

  it('gives an identity that names an object id to that account only, whatever its email', () => {
    const named = aUser([aWaitingAccount('ada@contoso.example', objectIdOf(7))]);
    expect(signedIn(aSignIn(), [named]).change).toBe('created');
    const seventh = anAccount(7, { email: 'someone.else@contoso.example' });
    expect(signedIn(aSignIn({ account: seventh }), [named]).change).toBe('bound');
  });

  it('leaves one that waits on another connection alone', () => {
    const connection = aConnection({ connectionId: newId('conn') });
    expect(signedIn(aSignIn({ connection }), [waiting]).change).toBe('created');
  });

  it('refuses a suspended user', () => {
    const suspended = { ...waiting, status: 'suspended' as const };
    expect(decide(aSignIn(), [suspended])).toMatchObject({ outcome: 'refused', code: 'user.suspended' });
  });
});

describe('row 3: a verified email identity, and the email is proven', () => {
  const organization = anOrganization();
  const identities = [anEmail(), { ...anEmail('ada@home.example'), primary: false }];
  const ada = aUser(identities, {
    organizations: [organization.organizationId],
    profile: {
      givenName: {
        value: 'Countess',
        source: 'admin',
        connectionId: null,
        asOf: '2026-01-01T00:00:00Z',
        policy: 'admin',
      },
    },
  });

  it('lets an enterprise identity replace all others, and keeps user, profile and memberships', () => {
    const decision = signedIn(aSignIn(), [ada]);
    expect(decision).toMatchObject({ change: 'linked', before: ada });
    expect(decision.after).toEqual({ ...ada, identities: decision.after.identities });
    expect(decision.after.identities).toMatchObject([{ type: 'enterprise', verified: true, primary: true }]);
    expect(told(decision)).toEqual([
      'IdentityAdded linked',
      'IdentityRemoved replaced-by-enterprise',
      'IdentityRemoved replaced-by-enterprise',
    ]);
  });

  it('links whatever the case of the letters', () => {
    const account = anAccount(1, { email: 'ADA@Contoso.Example' });
    expect(signedIn(aSignIn({ account }), [ada])).toMatchObject({ change: 'linked', before: ada });
  });

  it('makes the enterprise identity primary even where a social one stood', () => {
    const both = signedIn(viaGoogle('ada@contoso.example'), [ada]).after;
    expect(signedIn(aSignIn(), [both]).after.identities).toMatchObject([{ type: 'enterprise', primary: true }]);
  });

  it('adds a social identity beside it', () => {
    const decision = signedIn(viaGoogle('ada@contoso.example'), [ada]);
    expect(decision.after.identities.map(({ type }) => type)).toEqual(['email', 'email', 'social']);
    expect(told(decision)).toEqual(['IdentityAdded linked']);
  });

  it('refuses a suspended user', () => {
    const suspended = { ...ada, status: 'suspended' as const };
    expect(decide(aSignIn(), [suspended])).toMatchObject({ outcome: 'refused', code: 'user.suspended' });
  });
});

describe('row 4: the user has another enterprise account already', () => {
  it.each([
    ['an enterprise account', aSignIn({ account: anAccount(2) })],
    ['a social account', viaGoogle('ada@contoso.example')],
  ])('refuses %s with the same proven email', (_title, signIn) => {
    const ada = aUser([anEnterpriseAccount(1)]);
    const decision = decide(signIn, [ada]);
    expect(decision).toMatchObject({
      outcome: 'refused',
      code: 'user.other-enterprise-identity',
      userId: ada.userId,
    });
  });

  it('does not take the unproven email of an enterprise account for that person', () => {
    const ada = aUser([anEnterpriseAccount(1, { emailProven: false })]);
    expect(signedIn(aSignIn({ account: anAccount(2) }), [ada]).change).toBe('created');
  });
});

describe('rows 5 and 6: an email that does not link', () => {
  it('does not link an unverified email identity', () => {
    const claimed = aUser([anEmail('ada@contoso.example', false)]);
    const decision = signedIn(aSignIn(), [claimed]);
    expect(decision).toMatchObject({ change: 'created', before: null });
    expect(decision.checks).toContainEqual({
      code: 'email.verified-identity',
      outcome: 'failed',
      details: { unverified: true },
    });
  });

  it.each<[string, SignIn]>([
    ['an untrusted connection', aSignIn({ connection: aConnection({ trustedProvider: false }) })],
    ['another tenant with the victim’s email (A1)', aSignIn({ connection: aConnection({ homeRealmDomains: [] }) })],
    ['a social provider that did not verify it (A3)', viaGoogle('ada@contoso.example', false)],
  ])('never links the unproven email of %s', (_title, signIn) => {
    const ada = aUser([anEmail()]);
    const decision = signedIn(signIn, [ada]);
    expect(decision.change).toBe('created');
    expect(decision.after.userId).not.toBe(ada.userId);
  });
});

describe('rows 7 and 8: nobody is found', () => {
  it('creates an enterprise user with the enterprise identity alone, and its profile', () => {
    const decision = signedIn(aSignIn());
    expect(decision).toMatchObject({ change: 'created', before: null, joinedOrganization: false });
    expect(decision.after.identities).toMatchObject([
      { type: 'enterprise', value: 'ada@contoso.example', verified: true, primary: true },
    ]);
    expect(decision.after.profile).toMatchObject({
      givenName: { value: 'Ada', source: 'provider', policy: 'first-sign-in' },
      familyName: { value: 'Example' },
    });
    expect(decision.after.profile.picture).toBeUndefined();
    expect(told(decision)).toEqual(['UserCreated', 'IdentityAdded created']);
    expect(codes(decision)).toEqual([
      'account.known failed',
      'email.proven passed',
      'identity.pending failed',
      'email.verified-identity failed',
      'user.provisioning passed',
      'user.active passed',
    ]);
  });

  it.each([
    [true, ['social', 'email']],
    [false, ['social']],
  ])('creates a social user; email proven %s gives %j', (verified, types) => {
    const { after } = signedIn(viaGoogle('ada@contoso.example', verified));
    expect(after.identities.map(({ type }) => type)).toEqual(types);
  });

  it('refuses where users are not created', () => {
    const decision = decide(aSignIn({ connection: aConnection({ createUsers: false }) }));
    expect(decision).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned', userId: null });
    expect(codes(decision).at(-1)).toBe('user.provisioning failed');
  });
});

describe('the organization of a sign-in', () => {
  const contoso = anOrganization();
  const fabrikam = anOrganization({ name: 'Fabrikam' });
  const own = aConnection({ organizationId: contoso.organizationId });
  const account = anEnterpriseAccount(1);
  const memberOf = (...organizations: Organization[]) =>
    aUser([account], { organizations: organizations.map(({ organizationId }) => organizationId) });

  it('is none without org_code and with an environment-wide connection', () => {
    expect(signedIn(aSignIn()).organizationId).toBeNull();
  });

  it.each<[string, SignIn, User[], Organization | null, string]>([
    [
      'never leads from a connection of one organization into another',
      aSignIn({ connection: own, organizationId: fabrikam.organizationId }),
      [memberOf(contoso, fabrikam)],
      fabrikam,
      'organization.connection-mismatch',
    ],
    [
      'must exist',
      aSignIn({ organizationId: contoso.organizationId }),
      [memberOf(contoso)],
      null,
      'organization.not-found',
    ],
    [
      'must not be suspended',
      aSignIn({ connection: own }),
      [memberOf(contoso)],
      { ...contoso, suspended: true },
      'organization.suspended',
    ],
    [
      'takes no strangers through an environment-wide connection',
      aSignIn({ organizationId: contoso.organizationId }),
      [memberOf()],
      contoso,
      'organization.not-a-member',
    ],
    [
      'creates no strangers either',
      aSignIn({ organizationId: contoso.organizationId }),
      [],
      contoso,
      'organization.not-a-member',
    ],
    [
      'does not let the connection of one organization bring a user of others only (A33)',
      aSignIn({ connection: own }),
      [memberOf(fabrikam)],
      contoso,
      'organization.not-a-member',
    ],
    [
      'ignores auto-join of a connection that is not its own',
      aSignIn({
        connection: aConnection({ autoJoinOrganization: true }),
        organizationId: contoso.organizationId,
      }),
      [memberOf()],
      contoso,
      'organization.not-a-member',
    ],
    [
      'lets nobody join by an unproven email of an allowed domain',
      aSignIn({
        connection: aConnection({ trustedProvider: false }),
        organizationId: contoso.organizationId,
      }),
      [memberOf()],
      { ...contoso, autoJoin: true, allowedDomains: ['contoso.example'] },
      'organization.not-a-member',
    ],
  ])('%s', (_title, signIn, users, organization, code) => {
    expect(decide(signIn, users, organization)).toMatchObject({ outcome: 'refused', code });
  });

  it('takes members', () => {
    const decision = signedIn(aSignIn({ organizationId: contoso.organizationId }), [memberOf(contoso)], contoso);
    expect(decision).toMatchObject({ joinedOrganization: false, organizationId: contoso.organizationId });
  });

  it.each<[string, SignIn, Organization]>([
    ['when its own connection says so', aSignIn({ connection: { ...own, autoJoinOrganization: true } }), contoso],
    [
      'when it takes people with a proven email of an allowed domain',
      aSignIn({ organizationId: contoso.organizationId }),
      { ...contoso, autoJoin: true, allowedDomains: ['contoso.example'] },
    ],
  ])('makes a member %s', (_title, signIn, organization) => {
    for (const users of [[], [memberOf(fabrikam)]]) {
      const decision = signedIn(signIn, users, organization);
      expect(decision.joinedOrganization).toBe(true);
      expect(decision.after.organizations).toContain(contoso.organizationId);
      expect(decision.happened.at(-1)).toMatchObject({ type: 'MemberAdded', data: { by: 'sign-in' } });
    }
  });

  it('lets its own connection bring somebody who belongs nowhere, as a guest', () => {
    const decision = signedIn(aSignIn({ connection: own }), [], contoso);
    expect(decision).toMatchObject({ joinedOrganization: false, organizationId: contoso.organizationId });
    expect(decision.after.organizations).toEqual([]);
  });
});
