import { decideSignIn } from './decide-sign-in.js';
import type { SignedIn } from './decision.js';
import {
  aConnection,
  aSignIn,
  aUser,
  aWaitingAccount,
  anAccount,
  anEmail,
  fresh,
  newId,
  now,
} from './directory.builders.js';
import type { Link } from './link.js';
import { undoLink } from './undo-link.js';
import type { User } from './user.js';

function link(user: User, signIn = aSignIn()): { user: User; link: Link } {
  const decision = decideSignIn(signIn, { users: [user], organization: null }, fresh()) as SignedIn;
  if (!decision.link) throw new Error('nothing was linked');
  const type = decision.after.identities.at(-1)?.type as Link['type'];
  const made = { linkId: newId('link'), attemptId: newId('attempt'), userId: user.userId, type, at: now, undone: null };
  return { user: decision.after, link: { ...decision.link, ...made } };
}
const ids = (count = 5) => ({
  userId: newId('user'),
  identityIds: Array.from({ length: count }, () => newId('identity')),
  now,
});
const google = () =>
  aSignIn({
    connection: aConnection({ strategy: 'google', pinnedTenant: false, connectionId: newId('conn') }),
    account: {
      ...anAccount(1, { email: 'ada@contoso.example', emailVerified: true, givenName: 'Ada' }),
      key: { kind: 'oidc', issuer: 'g', subject: '1' },
    },
  });
const shape = ({ identities }: User) => identities.map(({ type, value, primary }) => [type, value, primary]);

describe('undoing a link', () => {
  it('gives a social account a user of its own', () => {
    const linked = link(aUser([anEmail()]), google());
    const { after, apart, happened } = undoLink(linked.user, linked.link, ids());
    expect(shape(after)).toEqual([['email', 'ada@contoso.example', true]]);
    expect(apart).toMatchObject({ revision: 0, organizations: [], identities: [{ type: 'social', primary: true }] });
    expect(happened.map(({ type, data }) => [type, 'userId' in data && data.userId])).toEqual([
      ['IdentityRemoved', after.userId],
      ['UserCreated', apart.userId],
      ['IdentityAdded', apart.userId],
    ]);
  });

  it('gives back what an enterprise account replaced, under new ids, since the old ones have ended', () => {
    const before = aUser([anEmail(), { ...anEmail('b@x.example'), primary: false }]);
    const linked = link(before);
    const { after, apart, happened } = undoLink(linked.user, linked.link, ids());
    expect(shape(after)).toEqual(shape(before));
    expect(apart.identities).toMatchObject([{ type: 'enterprise', account: anAccount(1).key, verified: true }]);
    const used = new Set([...before.identities, ...linked.user.identities].map(({ identityId }) => identityId));
    for (const { identityId } of [...after.identities, ...apart.identities]) expect(used).not.toContain(identityId);
    expect(happened.map(({ type }) => type)).toEqual([
      'IdentityRemoved',
      'IdentityAdded',
      'IdentityAdded',
      'UserCreated',
      'IdentityAdded',
    ]);
  });

  it('lets a waiting identity wait again', () => {
    const linked = link(aUser([aWaitingAccount()]));
    expect(linked.link).toMatchObject({ rule: 'pending-identity', proof: 'home-realm-domain' });
    const { after } = undoLink(linked.user, linked.link, ids());
    expect(after.identities).toMatchObject([{ type: 'enterprise', verified: false, account: null }]);
  });

  it('is final: the account is known, and never links again', () => {
    const linked = link(aUser([anEmail()]));
    const { after, apart } = undoLink(linked.user, linked.link, ids());
    const users = [after, apart].map((user) => ({ ...user, revision: 1 }));
    const again = decideSignIn(aSignIn(), { users, organization: null }, fresh());
    expect(again).toMatchObject({ change: 'matched', after: { userId: apart.userId } });
  });

  it('is refused twice, without its identity, and where nothing would be left', () => {
    const linked = link(aUser([anEmail()]), google());
    const undone = { ...linked.link, undone: { at: now, userId: newId('user') } };
    const code = (user: User, which: Link) => {
      try {
        undoLink(user, which, ids());
        return null;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(linked.user, undone)).toBe('link.undone');
    expect(code(aUser([anEmail()]), linked.link)).toBe('link.identity-gone');
    const onlySocial = { ...linked.user, identities: linked.user.identities.slice(-1) };
    expect(code(onlySocial, linked.link)).toBe('identity.last');
  });
});
