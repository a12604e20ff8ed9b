import type { AttemptId, ConnectionId, GroupSet, UserId } from '@homerealm/domain';
import fc from 'fast-check';
import { decideGroups, type GroupsReading, type GroupsState } from './decide-groups.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const userId = 'user_1' as UserId;
const connectionId = 'conn_1' as ConnectionId;
const attemptId = 'attempt_1' as AttemptId;

const reading = (groups: GroupSet): GroupsReading => ({ userId, connectionId, attemptId, groups });
const complete = (minute: number, ...groups: string[]): GroupSet => ({
  completeness: 'complete',
  source: 'token',
  asOf: at(minute),
  groups,
});
const unknown = (minute: number): GroupSet => ({ completeness: 'unknown', reason: 'graph-timeout', asOf: at(minute) });

/** Applies readings one after another, as the consumer does. */
const fold = (readings: GroupSet[]): GroupsState | undefined =>
  readings.reduce<GroupsState | undefined>((state, groups) => {
    const decision = decideGroups(reading(groups), state);
    return decision.outcome === 'synced' ? decision.state : state;
  }, undefined);

describe('a reading of groups', () => {
  it('of somebody new adds all of them, sorted and once', () => {
    expect(decideGroups(reading(complete(1, 'b', 'a', 'b')), undefined)).toMatchObject({
      outcome: 'synced',
      happened: { groups: ['a', 'b'], added: ['a', 'b'], removed: [] },
    });
  });

  it('tells what was added and removed since the last complete one', () => {
    expect(decideGroups(reading(complete(2, 'b', 'c')), fold([complete(1, 'a', 'b')]))).toMatchObject({
      happened: { groups: ['b', 'c'], added: ['c'], removed: ['a'] },
    });
  });

  it('that is complete and empty removes all: the person is in no group', () => {
    expect(decideGroups(reading(complete(2)), fold([complete(1, 'a')]))).toMatchObject({
      happened: { completeness: 'complete', groups: [], removed: ['a'] },
    });
  });

  it('that is unknown removes nobody and never looks like "no groups"', () => {
    const decision = decideGroups(reading(unknown(2)), fold([complete(1, 'a')]));
    expect(decision).toMatchObject({
      state: { completeness: 'unknown', groups: ['a'], groupsAsOf: at(1), asOf: at(2) },
      happened: { completeness: 'unknown', reason: 'graph-timeout' },
    });
    expect(decision).not.toHaveProperty('happened.groups');
    expect(decision).not.toHaveProperty('happened.removed');
  });

  it('that is unknown for somebody new leaves null, not an empty set', () => {
    expect(fold([unknown(1)])).toMatchObject({ completeness: 'unknown', groups: null, groupsAsOf: null });
  });

  it('after an unknown one is compared with the last complete one', () => {
    expect(decideGroups(reading(complete(3, 'b')), fold([complete(1, 'a', 'b'), unknown(2)]))).toMatchObject({
      happened: { added: [], removed: ['a'] },
    });
  });

  it('that is older changes nothing', () => {
    expect(decideGroups(reading(complete(1, 'z')), fold([complete(2, 'a')]))).toEqual({ outcome: 'stale' });
  });

  it('in whatever order they arrive, ends with the newest', () => {
    const readings = fc.uniqueArray(
      fc.record({
        minute: fc.integer({ min: 0, max: 50 }),
        names: fc.option(fc.array(fc.constantFrom('a', 'b', 'c', 'd'))),
      }),
      { selector: ({ minute }) => minute, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(readings, fc.infiniteStream(fc.nat()), (list, random) => {
        const toSet = ({ minute, names }: (typeof list)[number]) =>
          names ? complete(minute, ...names) : unknown(minute);
        const newest = list.reduce((a, b) => (a.minute > b.minute ? a : b));
        const shuffled = [...list].sort(() => ((random.next().value as number) % 3) - 1);
        const end = fold(shuffled.map(toSet));
        expect(end?.asOf).toBe(at(newest.minute));
        if (newest.names) expect(end?.groups).toEqual([...new Set(newest.names)].sort());
        else expect(end?.completeness).toBe('unknown');
      }),
    );
  });

  it('says added and removed so that a consumer of deltas ends with the same set', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))), (sets) => {
        let state: GroupsState | undefined;
        const followed = new Set<string>();
        sets.forEach((names, minute) => {
          const decision = decideGroups(reading(complete(minute, ...names)), state);
          if (decision.outcome !== 'synced' || decision.happened.completeness !== 'complete') throw new Error('stale');
          decision.happened.added.forEach((group) => followed.add(group));
          decision.happened.removed.forEach((group) => followed.delete(group));
          state = decision.state;
          expect([...followed].sort()).toEqual(decision.happened.groups);
        });
      }),
    );
  });
});
