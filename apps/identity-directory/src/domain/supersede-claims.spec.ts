import { decideOwnSignIn } from './decide-own-sign-in.js';
import { decideSignIn } from './decide-sign-in.js';
import type { Decision, SignedIn } from './decision.js';
import { aConnection, aSignIn, aUser, anAccount, anEmail, fresh, newId } from './directory.builders.js';
import { phoneIdentity } from './identities.js';
import type { User } from './user.js';

const email = 'ada@contoso.example';
const claim = () => anEmail(email, false);
const other = () => anEmail(`${newId('user')}@x.example`);
const signUp = { givenName: null, familyName: null, picture: null, username: null };

const prove = (users: User[], wanted: typeof signUp | null = signUp) =>
  decideOwnSignIn(
    { proof: { by: 'email', email }, signUp: wanted, organizationId: null },
    { users, organization: null },
    fresh(),
  );
function signedIn(decision: Decision): SignedIn {
  if (decision.outcome !== 'signed-in') throw new Error(`refused: ${decision.code}`);
  return decision;
}
const told = ({ happened }: SignedIn) =>
  happened.map(({ type, data }) => ('reason' in data ? `${type} ${data.reason}` : type));
const google = () =>
  aSignIn({
    connection: aConnection({ strategy: 'google', pinnedTenant: false }),
    account: { ...anAccount(1, { email, emailVerified: true }), key: { kind: 'oidc', issuer: 'g', subject: '1' } },
  });

describe('row 5: an address that somebody only claimed', () => {
  it('is lost to whoever signs up with it, when the claimer has something else to sign in with', () => {
    const claimer = aUser([other(), { ...claim(), primary: false }]);
    const decision = signedIn(prove([claimer]));
    expect(decision).toMatchObject({ change: 'created', before: null });
    expect(decision.beside).toMatchObject([{ before: claimer, after: { userId: claimer.userId } }]);
    expect(decision.beside?.[0]?.after.identities).toEqual([claimer.identities[0]]);
    expect(told(decision)).toEqual(['IdentityRemoved superseded', 'UserCreated', 'IdentityAdded created']);
    expect(decision.difference).toMatchObject({ userCreated: true, identitiesRemoved: ['email'] });
  });

  it('hands on what was primary when the lost one was', () => {
    const claimer = aUser([claim(), { ...other(), primary: false }]);
    const decision = signedIn(prove([claimer]));
    expect(told(decision).slice(0, 2)).toEqual(['IdentityRemoved superseded', 'IdentityMadePrimary']);
    expect(decision.beside?.[0]?.after.identities).toMatchObject([{ primary: true }]);
  });

  it('makes its prover that user when it is all there is, and verified from here on', () => {
    const claimer = aUser([claim()]);
    const late = aUser([claim()]);
    for (const wanted of [signUp, null]) {
      const decision = signedIn(prove([late, claimer], wanted));
      expect(decision).toMatchObject({ change: 'matched', identityId: claimer.identities[0]?.identityId });
      expect(decision.after.identities).toMatchObject([{ verified: true, primary: true }]);
      expect(told(decision)).toEqual(['IdentityVerified']);
      expect(decision.difference).toMatchObject({ userCreated: false, identitiesVerified: ['email'] });
      expect(decision.beside).toEqual([]);
    }
  });

  it('takes it from the others at the same time', () => {
    const only = aUser([claim()]);
    const more = aUser([other(), { ...claim(), primary: false }]);
    const decision = signedIn(prove([more, only]));
    expect(decision.after.userId).toBe(only.userId);
    expect(told(decision)).toEqual(['IdentityRemoved superseded', 'IdentityVerified']);
  });

  it('is not proven by an upstream account to be that user, and their last identity stays', () => {
    const only = aUser([claim()]);
    const more = aUser([other(), { ...claim(), primary: false }]);
    const decision = signedIn(decideSignIn(google(), { users: [only, more], organization: null }, fresh()));
    expect(decision).toMatchObject({ change: 'created', before: null });
    expect(decision.beside?.map(({ after }) => after.userId)).toEqual([more.userId]);
    expect(decision.after.identities.map(({ type, verified }) => [type, verified])).toEqual([
      ['social', true],
      ['email', true],
    ]);
  });

  it('is lost to an enterprise account too, and to one that links', () => {
    const more = aUser([other(), { ...claim(), primary: false }]);
    for (const users of [[more], [more, aUser([anEmail()])]]) {
      const decision = signedIn(decideSignIn(aSignIn(), { users, organization: null }, fresh()));
      expect(decision.beside?.map(({ after }) => after.userId)).toEqual([more.userId]);
    }
  });

  it('stays where nothing was proven, where nobody is let in, and where the account is known', () => {
    const more = aUser([other(), { ...claim(), primary: false }]);
    const unproven = aSignIn({ connection: aConnection({ trustedProvider: false }) });
    const decision = signedIn(decideSignIn(unproven, { users: [more], organization: null }, fresh()));
    expect(decision.beside ?? []).toEqual([]);
    expect(prove([more], null)).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned' });
    const known = { ...decision.after, revision: 1 };
    const again = signedIn(decideSignIn(aSignIn(), { users: [known, more], organization: null }, fresh()));
    expect([again.change, again.beside ?? []]).toEqual(['matched', []]);
  });

  it('does not let a suspended user back in', () => {
    const suspended = aUser([claim()], { status: 'suspended' });
    expect(prove([suspended])).toMatchObject({ outcome: 'refused', code: 'user.suspended', userId: suspended.userId });
  });

  it('holds for a phone number as well', () => {
    const phone = '+49301234567';
    const only = aUser([phoneIdentity(newId('identity'), phone, false, true)]);
    const asked = { proof: { by: 'phone', phone } as const, signUp: null, organizationId: null };
    const decision = signedIn(decideOwnSignIn(asked, { users: [only], organization: null }, fresh()));
    expect(decision.difference.identitiesVerified).toEqual(['phone']);
  });
});
