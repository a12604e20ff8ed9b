import { addIdentity, deleteIdentity, makePrimary } from './change-identities.js';
import { createUser, farewell } from './change-user.js';
import { aUser, aWaitingAccount, anEmail, anEnterpriseAccount, newId, now } from './directory.builders.js';
import { phoneIdentity, usernameIdentity } from './identities.js';
import { verifyIdentity } from './verify-identity.js';

const first = anEmail('a@x.example');
const second = { ...anEmail('b@x.example'), primary: false };
const rosy = usernameIdentity(newId('identity'), 'RosyRose', true);
const phone = phoneIdentity(newId('identity'), '+49301234567', false, true);
const unproven = { ...anEmail('c@x.example', false), primary: false };

describe('the identities of a user', () => {
  it('take a second of a kind, which is not primary', () => {
    const { after, happened } = addIdentity(aUser([first]), { ...second, primary: true }, 'admin');
    expect(after.identities).toEqual([first, second]);
    expect(happened).toMatchObject([{ type: 'IdentityAdded', data: { reason: 'admin' } }]);
  });

  it.each([
    [
      'anything beside an enterprise identity',
      aUser([anEnterpriseAccount(1)]),
      second,
      'identity.enterprise-exclusive',
    ],
    ['an enterprise identity beside anything', aUser([first]), aWaitingAccount(), 'identity.enterprise-exclusive'],
    ['the same twice', aUser([first]), anEmail('A@X.example'), 'identity.duplicate'],
    ['the same username twice', aUser([first, rosy]), { ...rosy, value: 'ROSYROSE' }, 'identity.duplicate'],
    ['a username without an address', aUser([phone]), rosy, 'identity.username-needs-email'],
    [
      'a username beside a claimed address',
      aUser([{ ...unproven, primary: true }]),
      rosy,
      'identity.username-needs-email',
    ],
    ['a phone beside an enterprise identity', aUser([anEnterpriseAccount(1)]), phone, 'identity.enterprise-exclusive'],
  ])('refuse %s', (_title, user, identity, code) => {
    expect(() => addIdentity(user, identity, 'admin')).toThrow(expect.objectContaining({ code }));
  });

  it('lose one by deletion', () => {
    const { after, happened } = deleteIdentity(aUser([first, second]), second.identityId);
    expect(after.identities).toEqual([first]);
    expect(happened).toMatchObject([{ type: 'IdentityRemoved', data: { reason: 'deleted' } }]);
  });

  it.each([
    ['the last', aUser([first]), first.identityId, 'identity.last'],
    ['the primary of several', aUser([first, second]), first.identityId, 'identity.primary'],
    ['one that is not there', aUser([first]), second.identityId, 'identity.not-found'],
    ['the address a username is proved by', aUser([first, rosy]), first.identityId, 'identity.username-needs-email'],
  ])('keep %s', (_title, user, identityId, code) => {
    expect(() => deleteIdentity(user, identityId)).toThrow(expect.objectContaining({ code }));
  });

  it('have exactly one primary of a kind, and a proven one', () => {
    const { after, happened } = makePrimary(aUser([first, second]), second.identityId);
    expect(happened).toMatchObject([{ type: 'IdentityMadePrimary', data: { identityId: second.identityId } }]);
    expect(makePrimary(aUser([first, second]), first.identityId).happened).toEqual([]);
    expect(after.identities.map(({ primary }) => primary)).toEqual([false, true]);
    expect(() => makePrimary(aUser([first, unproven]), unproven.identityId)).toThrow(
      expect.objectContaining({ code: 'identity.not-verified' }),
    );
  });
});

describe('vouching for an identity', () => {
  it('verifies an address or a number, once', () => {
    for (const claimed of [unproven, phone]) {
      const { after, happened } = verifyIdentity(aUser([first, claimed]), claimed.identityId);
      expect(after.identities.at(-1)).toEqual({ ...claimed, verified: true });
      const { identityId, type } = claimed;
      expect(happened).toEqual([{ type: 'IdentityVerified', data: { userId: after.userId, identityId, type } }]);
      expect(verifyIdentity(after, identityId)).toEqual({ after, happened: [] });
    }
  });

  it('is for nothing else', () => {
    const waiting = aWaitingAccount();
    expect(() => verifyIdentity(aUser([waiting]), waiting.identityId)).toThrow(
      expect.objectContaining({ code: 'identity.not-verifiable' }),
    );
  });
});

describe('a user made by an admin', () => {
  const profile = {
    values: { givenName: 'Ada' },
    source: 'admin',
    connectionId: null,
    asOf: now,
    policy: 'admin',
  } as const;
  const organizationId = newId('org');
  const wanted = {
    userId: newId('user'),
    profile,
    identities: [first, second],
    organizationId,
    by: 'admin',
    now,
  } as const;

  it('has everything at once, and each thing is told', () => {
    const { after, happened } = createUser({ ...wanted, identities: [first, second] });
    expect(after).toMatchObject({ revision: 0, status: 'active', organizations: [organizationId] });
    expect(happened.map(({ type }) => type)).toEqual(['UserCreated', 'IdentityAdded', 'IdentityAdded', 'MemberAdded']);
    expect(farewell(after).map(({ type }) => type)).toEqual(['MemberRemoved', 'UserDeleted']);
  });

  it('may have a username before the address in the list', () => {
    const { after } = createUser({ ...wanted, identities: [rosy, first] });
    expect(after.identities.map(({ type }) => type)).toEqual(['email', 'username']);
  });

  it('needs an identity, and only one when it is an enterprise identity', () => {
    expect(() => createUser({ ...wanted, identities: [] })).toThrow(
      expect.objectContaining({ code: 'user.no-identity' }),
    );
    expect(() => createUser({ ...wanted, identities: [first, aWaitingAccount()] })).toThrow(
      expect.objectContaining({ code: 'identity.enterprise-exclusive' }),
    );
  });
});
