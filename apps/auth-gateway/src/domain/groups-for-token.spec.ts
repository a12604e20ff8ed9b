import { groupsForToken, type KnownGroups } from './groups-for-token.js';
import type { SignInFacts } from './sign-in-facts.js';

const signedIn = (groups: SignInFacts['groups']) => ({ connectionId: 'conn_a', groups }) as SignInFacts;
const complete = {
  completeness: 'complete',
  source: 'token',
  asOf: '2026-01-02T00:00:00Z',
  groups: ['a', 'b'],
} as const;
const unknown = { completeness: 'unknown', reason: 'graph.timeout', asOf: '2026-01-02T00:00:00Z' } as const;
const told = (
  day: number,
  groups: string[] | null,
  completeness: KnownGroups['completeness'] = 'complete',
  connectionId = 'conn_a',
) => ({
  connectionId,
  completeness,
  asOf: `2026-01-0${day}T00:00:00Z`,
  groups,
});
const muchLater = { now: Date.parse('2026-03-01T00:00:00Z'), withinMs: 60_000 };

describe('the groups of a token', () => {
  it.each([
    ['the sign-in’s, when nothing else is known', complete, null, { status: 'complete', groups: ['a', 'b'] }],
    [
      'the sign-in’s, when what is known is older',
      complete,
      told(1, ['old']),
      { status: 'complete', groups: ['a', 'b'] },
    ],
    [
      'the sign-in’s, when what is known is of that very sign-in',
      complete,
      told(2, ['x']),
      { status: 'complete', groups: ['a', 'b'] },
    ],
    ['the newer set', complete, told(3, ['b']), { status: 'complete', groups: ['b'] }],
    [
      'the newer set, when the sign-in could not read them',
      unknown,
      told(3, ['b']),
      { status: 'complete', groups: ['b'] },
    ],
    ['unknown, when the sign-in could not read them', unknown, told(1, ['old']), { status: 'unknown' }],
    ['unknown, when a newer try failed', complete, told(3, ['a', 'b'], 'unknown'), { status: 'unknown' }],
    [
      'the sign-in’s, when what is known is of another connection',
      complete,
      told(3, ['x'], 'complete', 'conn_b'),
      { status: 'complete', groups: ['a', 'b'] },
    ],
    ['none of them, when the connection does not ask for groups', undefined, told(3, ['x']), undefined],
    [
      'none, as a complete set, when the person is in no group',
      { ...complete, groups: [] },
      null,
      { status: 'complete', groups: [] },
    ],
  ])('are %s', (_name, ofSignIn, known, expected) => {
    const facts = signedIn(ofSignIn as SignInFacts['groups']);
    expect(groupsForToken(facts, known, 'first')).toEqual(expected);
    expect(groupsForToken(facts, known, { ...muchLater, standing: 'fresh' })).toEqual(expected);
  });

  describe('in a token after the first', () => {
    const facts = signedIn(complete as unknown as SignInFacts['groups']);
    const secondsAfter = (seconds: number) => ({ now: Date.parse(complete.asOf) + seconds * 1_000, withinMs: 60_000 });
    const unknownNow = { status: 'unknown' };
    const own = { status: 'complete', groups: ['a', 'b'] };

    it('are unknown when nobody can say what was told since, be they the sign-in’s or newer', () => {
      expect(groupsForToken(facts, null, { ...muchLater, standing: 'behind' })).toEqual(unknownNow);
      expect(groupsForToken(facts, told(3, ['b']), { ...muchLater, standing: 'behind' })).toEqual(unknownNow);
    });

    it('are still those that were read less than the bound ago', () => {
      expect(groupsForToken(facts, null, { ...secondsAfter(59), standing: 'behind' })).toEqual(own);
      expect(groupsForToken(facts, null, { ...secondsAfter(61), standing: 'behind' })).toEqual(unknownNow);
      expect(groupsForToken(facts, null, { ...secondsAfter(-61), standing: 'behind' })).toEqual(unknownNow);
    });

    it('are unknown when something told of them could not be taken in, however young the set is', () => {
      expect(groupsForToken(facts, null, { ...secondsAfter(1), standing: 'stopped' })).toEqual(unknownNow);
      expect(groupsForToken(facts, told(3, ['b']), { ...muchLater, standing: 'stopped' })).toEqual(unknownNow);
    });

    it('are none when the connection does not ask for groups', () => {
      expect(groupsForToken(signedIn(undefined), null, { ...muchLater, standing: 'stopped' })).toBeUndefined();
    });
  });
});
