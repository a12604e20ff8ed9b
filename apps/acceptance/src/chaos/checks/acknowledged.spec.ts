import type { Told, Wish } from '../ledger.js';
import { checkAcknowledged, type Standing } from './acknowledged.js';
import type { Fact } from './facts.js';
import { checkLastGroups, checkSignIns } from './sign-ins.js';

const entity = 'ada';
const create: Wish = { kind: 'create-user', entity, email: 'ada@x.example', identities: 2, givenName: 'Ada 1' };
const change: Wish = { kind: 'change-user', entity, givenName: 'Ada 2' };
const suspend: Wish = { kind: 'suspend-user', entity };
const erase: Wish = { kind: 'delete-user', entity };
const acked = (wish: Wish): Told => ({ wish, tries: 1, id: 'user_1' });
const open = (wish: Wish): Told => ({ wish, tries: 2, id: undefined });
const born = { UserCreated: 1, IdentityAdded: 2 };

describe('the ledger against the databases', () => {
  const check = (told: Told[], ...standings: Partial<Standing>[]) => {
    const all = standings.map((one): Standing => ({ id: 'user_1', row: null, events: born, ...one }));
    const findings = checkAcknowledged(told, { byId: (id) => all.find((one) => one.id === id), byName: () => all });
    return [...new Set(findings.map((finding) => finding.check))];
  };
  const active = (name: string) => ({ row: { name, status: 'active' } });
  const changed = { ...born, UserProfileChanged: 1 };

  it('takes what was acknowledged, and either of what was not', () => {
    expect(check([acked(create), acked(change)], { ...active('Ada 2'), events: changed })).toEqual([]);
    expect(check([acked(create), open(change)], { ...active('Ada 2'), events: changed })).toEqual([]);
    expect(check([acked(create), open(change)], active('Ada 1'))).toEqual([]);
    expect(check([open(create)])).toEqual([]);
    expect(check([open(create)], active('Ada 1'))).toEqual([]);
    expect(check([acked(create), acked(erase)], { events: { ...born, UserDeleted: 1 } })).toEqual([]);
  });

  it.each<[string, Told[], Partial<Standing>[]]>([
    ['acknowledged: nothing is lost', [acked(create)], []],
    ['acknowledged: nothing is lost', [acked(create)], [{}]],
    ['acknowledged: nothing is lost', [acked(create), acked(change)], [{ ...active('Ada 1'), events: changed }]],
    ['acknowledged: nothing is lost', [acked(create), acked(suspend)], [active('Ada 1')]],
    ['acknowledged: nothing is lost', [acked(create), acked(erase)], [active('Ada 1')]],
    ['acknowledged: never twice', [open(create)], [active('Ada 1'), active('Ada 1')]],
    ['acknowledged: what is done is told', [acked(create), acked(change)], [active('Ada 2')]],
    ['acknowledged: what is done is told', [open(create)], [{ ...active('Ada 1'), events: { UserCreated: 1 } }]],
    ['acknowledged: nothing is done twice', [acked(create)], [{ ...active('Ada 1'), events: changed }]],
  ])('finds: %s', (name, told, standings) => expect(check(told, ...standings)).toContain(name));
});

describe('what came of sign-ins', () => {
  const signIn = (groups: string[] = []): Wish => ({ kind: 'sign-in', entity, groups });
  const asOf = (second: number) => new Date(second * 1000).toISOString();
  const fact = (topic: string, id: string, value: object, causationId?: string): Fact => ({
    ...{ topic, id, key: 'user_1', partition: 0, sequence: 1, revision: 1, causationId, value: JSON.stringify(value) },
    type: topic === 'auth-gateway.sign-in.v1' ? 'UserSignedIn' : 'Other',
  });
  const told = (attemptId: string) => fact('auth-gateway.sign-in.v1', `s${attemptId}`, { attemptId });
  const claims = (attemptId: string, second = 1) =>
    fact('auth-gateway.profile-claims.v1', `c${attemptId}`, { attemptId, account: { groups: { asOf: asOf(second) } } });
  const synced = (cause: string, second = 1) =>
    fact('profile-sync.groups.v1', `g${cause}`, { asOf: asOf(second) }, `c${cause}`);
  const check = (facts: Fact[]) => checkSignIns([acked(signIn())], facts).map((finding) => finding.check);

  it('is sound when each is told once, with its claims, and groups follow', () => {
    expect(check([told('1'), claims('1'), synced('1'), synced('1')])).toEqual([]);
    expect(check([told('1'), claims('1', 1), told('2'), claims('2', 2), synced('2', 2)])).toEqual([]);
  });

  it.each<[string, Fact[]]>([
    ['sign-ins: nothing is lost', []],
    ['sign-ins: never half', [told('1')]],
    ['sign-ins: told once', [told('1'), { ...told('1'), id: 'other' }, claims('1'), synced('1')]],
    ['sign-ins: groups follow once', [told('1'), claims('1')]],
    ['sign-ins: groups follow once', [told('1'), claims('1'), synced('1'), { ...synced('1'), id: 'other' }]],
  ])('finds: %s', (name, facts) => expect(check(facts)).toEqual([name]));

  it('finds groups that are not those of the last sign-in', () => {
    const all = [acked(signIn(['b', 'a'])), acked(signIn(['c']))];
    expect(checkLastGroups(all, new Map([['user_1', { groups: ['c'] }]]))).toEqual([]);
    expect(checkLastGroups(all, new Map([['user_1', { groups: ['a', 'b'] }]]))).toHaveLength(1);
  });
});
