import { addIdentity, deleteIdentity, makePrimary } from './change-identities.js';
import { createUser, farewell } from './change-user.js';
import { aUser, aWaitingAccount, anEmail, anEnterpriseAccount, newId, now } from './directory.builders.js';

const first = anEmail('a@x.example');
const second = { ...anEmail('b@x.example'), primary: false };
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
  ])('keep %s', (_title, user, identityId, code) => {
    expect(() => deleteIdentity(user, identityId)).toThrow(expect.objectContaining({ code }));
  });

  it('have exactly one primary of a kind, and a proven one', () => {
    const { after } = makePrimary(aUser([first, second]), second.identityId);
    expect(after.identities.map(({ primary }) => primary)).toEqual([false, true]);
    expect(() => makePrimary(aUser([first, unproven]), unproven.identityId)).toThrow(
      expect.objectContaining({ code: 'identity.not-verified' }),
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

  it('needs an identity, and only one when it is an enterprise identity', () => {
    expect(() => createUser({ ...wanted, identities: [] })).toThrow(
      expect.objectContaining({ code: 'user.no-identity' }),
    );
    expect(() => createUser({ ...wanted, identities: [first, aWaitingAccount()] })).toThrow(
      expect.objectContaining({ code: 'identity.enterprise-exclusive' }),
    );
  });
});
