import type { Told } from '../ledger.js';
import { canonical, type Fact, type Finding } from './facts.js';

const topics = {
  signIn: 'auth-gateway.sign-in.v1',
  claims: 'auth-gateway.profile-claims.v1',
  groups: 'profile-sync.groups.v1',
};

type SignedIn = { attemptId: string };
type Claims = { attemptId: string; account: { groups?: { asOf: string } } };
type Groups = { asOf: string };

/**
 * What came of sign-ins. Every acknowledged one is told; each is told once, together with its claims, and never one
 * without the other; the claims of each lead to one reading of the groups, unless a newer one was there already.
 */
export function checkSignIns(told: readonly Told[], facts: readonly Fact[]): Finding[] {
  const once = [...new Map(facts.map((fact) => [fact.id, fact])).values()];
  const signedIn = once.filter(({ topic, type }) => topic === topics.signIn && type === 'UserSignedIn');
  const claims = once.filter(({ topic }) => topic === topics.claims);
  return [
    ...checkCounts(told, signedIn),
    ...checkPairs(signedIn, claims),
    ...checkReadings(
      claims,
      once.filter(({ topic }) => topic === topics.groups),
    ),
  ];
}

function checkCounts(told: readonly Told[], signedIn: readonly Fact[]): Finding[] {
  const people = new Map<string, { acknowledged: number; id: string | undefined }>();
  for (const { wish, id } of told) {
    if (wish.kind !== 'sign-in') continue;
    const person = people.get(wish.entity) ?? { acknowledged: 0, id: undefined };
    people.set(wish.entity, { acknowledged: person.acknowledged + (id === undefined ? 0 : 1), id: id ?? person.id });
  }
  const counts = countBy(signedIn, ({ key }) => key);
  return [...people].flatMap(([about, { acknowledged, id }]) => {
    const count = id === undefined ? 0 : (counts.get(id) ?? 0);
    const says = `${count} of ${acknowledged} acknowledged sign-ins were told`;
    return count < acknowledged ? [{ check: 'sign-ins: nothing is lost', about, says }] : [];
  });
}

function checkPairs(signedIn: readonly Fact[], claims: readonly Fact[]): Finding[] {
  const told = countBy(signedIn, (fact) => dataOf<SignedIn>(fact).attemptId);
  const brought = countBy(claims, (fact) => dataOf<Claims>(fact).attemptId);
  return [...new Set([...told.keys(), ...brought.keys()])].flatMap((about) => {
    const [one, other] = [told.get(about) ?? 0, brought.get(about) ?? 0];
    if (one === 1 && other === 1) return [];
    const check = one > 1 || other > 1 ? 'sign-ins: told once' : 'sign-ins: never half';
    return [{ check, about, says: `told ${one} times, with claims ${other} times` }];
  });
}

function checkReadings(claims: readonly Fact[], groups: readonly Fact[]): Finding[] {
  const causes = countBy(groups, ({ causationId }) => causationId ?? '');
  const newest = new Map<string, number>();
  for (const fact of groups) {
    newest.set(fact.key, Math.max(newest.get(fact.key) ?? 0, Date.parse(dataOf<Groups>(fact).asOf)));
  }
  return claims.flatMap((fact) => {
    const { account } = dataOf<Claims>(fact);
    if (account.groups === undefined) return [];
    const isStale = Date.parse(account.groups.asOf) < (newest.get(fact.key) ?? 0);
    const count = causes.get(fact.id) ?? 0;
    if (count === 1 || (count === 0 && isStale)) return [];
    return [{ check: 'sign-ins: groups follow once', about: fact.id, says: `${count} readings came of its claims` }];
  });
}

/** Whoever signed in last with an answer has, in the end, the groups of that moment. */
export function checkLastGroups(told: readonly Told[], replica: ReadonlyMap<string, unknown>): Finding[] {
  const last = new Map<string, Told>();
  for (const one of told) if (one.wish.kind === 'sign-in') last.set(one.wish.entity, one);
  return [...last].flatMap(([about, { wish, id }]) => {
    if (wish.kind !== 'sign-in' || id === undefined) return [];
    const known = (replica.get(id) ?? {}) as { groups?: unknown };
    const wanted = canonical([...wish.groups].sort());
    if (canonical(known.groups) === wanted) return [];
    return [{ check: 'sign-ins: the groups of the last one', about, says: `${canonical(known)}, not ${wanted}` }];
  });
}

const dataOf = <Data>({ value }: Fact): Data => JSON.parse(value ?? '{}') as Data;

function countBy<T>(list: readonly T[], name: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(name(one), (counts.get(name(one)) ?? 0) + 1);
  return counts;
}
