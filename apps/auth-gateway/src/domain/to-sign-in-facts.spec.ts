import { connectionStateTopic, userStateTopic } from '@homerealm/contracts';
import type { AttemptId, UpstreamAccount } from '@homerealm/domain';
import { groupsForToken } from './groups-for-token.js';
import { allClaims } from './token-claims.js';
import { type SignedIn, toOwnSignInFacts, toSignInFacts } from './to-sign-in-facts.js';

const connection = connectionStateTopic.events.ConnectionState.data.parse(
  connectionStateTopic.events.ConnectionState.example,
);
const user = userStateTopic.events.UserState.data.parse(userStateTopic.events.UserState.example);
const [enterprise] = user.identities;
const account: UpstreamAccount = {
  key: { kind: 'oidc', issuer: 'https://id.example', subject: '1' },
  asOf: '2026-01-01T00:00:00.000Z',
  claims: { email: 'victim@contoso.example' },
};

const facts = (answer: Partial<SignedIn>, claims = account.claims) => {
  const signedIn = {
    outcome: 'signed-in',
    userId: user.userId,
    identityId: enterprise?.identityId,
    change: 'matched',
    joinedOrganization: false,
    emailProven: false,
    user,
    organizationId: null,
    checks: [],
    ...answer,
  } as SignedIn;
  const person = { connection, account: { ...account, claims } };
  return toSignInFacts('attempt_1' as AttemptId, new Date(0), person, signedIn).profile;
};

describe('the email of a sign-in', () => {
  it('is vouched for when the directory found it proven', () => {
    expect(facts({ emailProven: true })).toMatchObject({ email: 'victim@contoso.example', emailVerified: true });
  });

  it('is shown but not vouched for when a provider merely claims it', () => {
    expect(facts({ emailProven: false })).toMatchObject({ email: 'victim@contoso.example', emailVerified: false });
  });

  it('is the user’s own verified address, whatever a provider claims', () => {
    const own = { ...enterprise, type: 'email', value: 'own@contoso.example', verified: true, primary: true };
    const withOwn = { ...user, identities: [...user.identities, own] } as SignedIn['user'];
    expect(facts({ user: withOwn })).toMatchObject({ email: 'own@contoso.example', emailVerified: true });
  });

  it('is absent when nobody named one', () => {
    expect(facts({}, {})).not.toHaveProperty('email');
  });
});

describe('the limit of an organization', () => {
  const answer = (more: object) =>
    ({ userId: 'user_1', organizationId: 'org_1', user, ...more }) as unknown as SignedIn;
  const limits = (more: object) => [
    toSignInFacts('attempt_1' as AttemptId, new Date(0), { connection, account }, answer(more))
      .organizationSessionSeconds,
    toOwnSignInFacts('attempt_1' as AttemptId, new Date(0), null, answer(more)).organizationSessionSeconds,
  ];

  it('is kept with the sign-in, where there is one', () => {
    expect(limits({ organization: { sessionSeconds: 300 } })).toEqual([300, 300]);
    expect(limits({ organization: { sessionSeconds: null } })).toEqual([undefined, undefined]);
    expect(limits({})).toEqual([undefined, undefined]);
  });
});

describe('what a provider must be told at a sign-out', () => {
  const answer = { userId: 'user_1', organizationId: null, emailProven: false, user } as unknown as SignedIn;
  const session = { nameId: 'canary-name-id', sessionIndex: 'canary-session-index' };
  const factsWith = (more: object) =>
    toSignInFacts('attempt_1' as AttemptId, new Date(0), { connection, account, ...more }, answer);

  it('is kept with the sign-in where its connector gave it, and nowhere else', () => {
    expect(factsWith({ session }).upstreamSession).toEqual(session);
    expect(factsWith({})).not.toHaveProperty('upstreamSession');
  });

  it('stands in no token', () => {
    const facts = factsWith({ session });
    expect(JSON.stringify(allClaims(facts, groupsForToken(facts, null, 'first')))).not.toContain('canary');
  });
});

describe('the facts of a sign-in without a provider', () => {
  const own = { type: 'email', value: 'Own@contoso.example', verified: true, primary: true };
  const answer = (identities: object[]) =>
    ({ userId: 'user_1', organizationId: null, user: { ...user, identities } }) as unknown as SignedIn;
  const factsOf = (provenEmail: string | null, identities: object[]) =>
    toOwnSignInFacts('attempt_1' as AttemptId, new Date(0), provenEmail, answer(identities));

  it('name no connection, no groups and nothing a provider said', () => {
    expect(factsOf('own@contoso.example', [own])).toMatchObject({
      ...{ connectionId: null, connectionName: null, strategy: null, upstream: {}, groups: undefined },
    });
  });

  it('hold the primary email as the directory spells it, else the one just proved', () => {
    expect(factsOf('own@contoso.example', [own]).profile).toMatchObject({
      ...{ email: 'Own@contoso.example', emailVerified: true },
    });
    expect(factsOf('b@contoso.example', []).profile).toMatchObject({ email: 'b@contoso.example', emailVerified: true });
  });

  it('hold no email for a phone whose user has none', () => {
    expect(factsOf(null, []).profile).not.toHaveProperty('email');
  });
});
