import type { AttemptId, ConnectionId, GroupSet, UserId } from '@homerealm/domain';
import fc from 'fast-check';
import { completeRefresh } from './complete-refresh.js';
import { stranger, type Person } from './person.js';
import { receiveClaims, type Happened, type Received } from './receive-claims.js';

const userId = 'user_1' as UserId;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const now = new Date(at(500));
const attempt = (minute: number) => `attempt_${minute}` as AttemptId;

type SignIn = {
  minute: number;
  connection?: 'a' | 'b';
  syncProfile?: Received['syncProfile'];
  claims?: Received['account']['claims'];
  groups?: GroupSet;
};
const signIn = ({ minute, connection = 'a', syncProfile = 'inherit', claims = {}, groups }: SignIn): Received => ({
  userId,
  attemptId: attempt(minute),
  connectionId: `conn_${connection}` as ConnectionId,
  syncProfile,
  account: {
    key: { kind: 'entra', tenantId: 't', objectId: 'o' },
    asOf: at(minute),
    claims,
    ...(groups && { groups }),
  },
});
const complete = (minute: number, groups: string[], source: 'token' | 'graph' | 'background' = 'token'): GroupSet => ({
  completeness: 'complete',
  source,
  asOf: at(minute),
  groups,
});
const unknown = (minute: number): GroupSet => ({
  completeness: 'unknown',
  reason: 'graph-timed-out',
  asOf: at(minute),
});

/** Takes in one message after another, as the consumers do. A message may come again: it is then an older one, or equal. */
type Message = { is: 'sign-in'; received: Received } | { is: 'policy'; syncProfiles: boolean };
function follow(messages: readonly Message[], syncProfiles = true) {
  let person: Person = stranger(userId);
  let policy = syncProfiles;
  const told: Happened[] = [];
  for (const message of messages) {
    if (message.is === 'policy') policy = message.syncProfiles;
    else {
      const decision = receiveClaims(message.received, person, policy, now);
      person = decision.person;
      told.push(...decision.happened);
    }
  }
  return { person, told };
}
const messages = (...all: Received[]): Message[] => all.map((received) => ({ is: 'sign-in', received }));
const profiles = (told: Happened[]) => told.flatMap((one) => (one.type === 'ProfileSynced' ? [one.data] : []));
const ada = { givenName: 'Ada' };

const someClaims = fc.record(
  {
    givenName: fc.constantFrom('A', 'B', ' '),
    familyName: fc.constantFrom('X', 'Y'),
    picture: fc.constant('https://p'),
  },
  { requiredKeys: [] },
);
const signIns = fc
  .array(
    fc.record({
      connection: fc.constantFrom('a', 'b'),
      syncProfile: fc.constantFrom('on', 'off', 'inherit'),
      claims: someClaims,
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => all.map((one, minute) => signIn({ minute, ...one })));
const inAnyOrder = <T>(all: T[]) => fc.shuffledSubarray(all, { minLength: all.length });

describe('profile values of sign-ins', () => {
  it.each([
    ['on', true, 'connection-on'],
    ['on', false, 'connection-on'],
    ['off', true, undefined],
    ['off', false, undefined],
    ['inherit', true, 'environment-on'],
    ['inherit', false, undefined],
  ] as const)(
    'with the connection %s and the environment %s are told because of: %s',
    (syncProfile, policy, because) => {
      const { told, person } = follow(messages(signIn({ minute: 1, syncProfile, claims: ada })), policy);
      expect(profiles(told).map((one) => one.policy)).toEqual(because === undefined ? [] : [because]);
      const kept = because ?? (syncProfile === 'off' ? 'connection-off' : 'environment-off');
      expect(person.claims?.outcome).toBe(kept);
    },
  );

  it('say where they come from: connection, sign-in, time and rule', () => {
    const { told } = follow(messages(signIn({ minute: 4, connection: 'b', syncProfile: 'on', claims: ada })), false);
    expect(profiles(told)).toEqual([
      {
        ...{ userId, connectionId: 'conn_b', attemptId: attempt(4), asOf: at(4) },
        ...{ profile: ada, policy: 'connection-on' },
      },
    ]);
  });

  it('are told too when a newer sign-in, that was not synced or said nothing of them, came before them', () => {
    const late = signIn({ minute: 1, claims: { familyName: 'Example' } });
    const newer = [{ syncProfile: 'off', claims: { familyName: 'Other' } } as const, { claims: ada }];
    for (const one of newer) {
      const { told, person } = follow(messages(signIn({ minute: 2, ...one }), late));
      expect(profiles(told)).toContainEqual(
        expect.objectContaining({ asOf: at(1), profile: { familyName: 'Example' } }),
      );
      expect(person.claims?.asOf).toBe(at(2));
    }
  });

  it('are the same in whatever order sign-ins arrive, with their own times, and again when they are told again', () => {
    const any = signIns.chain((all) =>
      fc.tuple(fc.constant(all), inAnyOrder([...all, ...all.slice(0, 2)]), fc.boolean()),
    );
    fc.assert(
      fc.property(any, ([inOrder, anyOrder, policy]) => {
        const one = follow(messages(...inOrder), policy);
        const other = follow(messages(...anyOrder), policy);
        const distinct = new Map(profiles(other.told).map((data) => [data.asOf, data]));
        expect([...distinct.values()].sort((a, b) => (a.asOf < b.asOf ? -1 : 1))).toEqual(profiles(one.told));
        expect(other.person).toEqual(one.person);
      }),
    );
  });

  it('follow the policy of the moment only where the connection leaves it to the environment', () => {
    const policies = fc.array(fc.boolean().map((syncProfiles) => ({ is: 'policy', syncProfiles }) as const));
    const any = fc
      .tuple(signIns, policies)
      .chain(([all, changes]) => inAnyOrder<Message>([...messages(...all), ...changes]));
    fc.assert(
      fc.property(any, fc.boolean(), (all, start) => {
        let policy = start;
        const expected = all.flatMap((one) => {
          if (one.is === 'policy') policy = one.syncProfiles;
          if (one.is === 'policy' || one.received.syncProfile === 'off') return [];
          const because = one.received.syncProfile === 'on' ? 'connection-on' : policy && 'environment-on';
          const { givenName, familyName, picture } = one.received.account.claims;
          const supplied = givenName?.trim() || familyName || picture;
          return because && supplied ? [[one.received.account.asOf, because]] : [];
        });
        expect(profiles(follow(all, start).told).map((data) => [data.asOf, data.policy])).toEqual(expected);
      }),
    );
  });

  it('of somebody erased are not taken in', () => {
    const erased = { ...stranger(userId), erased: true };
    const late = signIn({ minute: 1, claims: ada, groups: complete(1, ['a']) });
    expect(receiveClaims(late, erased, true, now)).toEqual({ person: erased, happened: [] });
  });
});

describe('A34: groups of a person, read from token, Graph and in the background', () => {
  const source = fc.constantFrom('token', 'graph', 'background');
  const readings = fc
    .array(fc.record({ names: fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))), source }), {
      minLength: 1,
      maxLength: 7,
    })
    .map((all) => all.map(({ names, source }, minute) => (names ? complete(minute, names, source) : unknown(minute))));

  /** A reading of the background is owed by a sign-in that left the groups unknown; all others come with sign-ins. */
  function take(person: Person, reading: GroupSet): { person: Person; happened: Happened[] } {
    if (reading.completeness === 'complete' && reading.source === 'background' && person.refresh) {
      return completeRefresh(person.refresh, reading, person, now);
    }
    const minute = (Date.parse(reading.asOf) - Date.parse(at(0))) / 60_000;
    return receiveClaims(signIn({ minute, groups: reading }), person, true, now);
  }
  function read(all: readonly GroupSet[]) {
    let person: Person = stranger(userId);
    const told: GroupsTold[] = [];
    for (const reading of all) {
      const decision = take(person, reading);
      person = decision.person;
      told.push(...decision.happened.flatMap((one) => (one.type === 'GroupsSynced' ? [one.data] : [])));
    }
    return { groups: person.groups, told };
  }
  type GroupsTold = Extract<Happened, { type: 'GroupsSynced' }>['data'];

  it('A34: end with the newest reading in any order, replays among them', () => {
    const any = readings.chain((all) => fc.tuple(fc.constant(all), inAnyOrder([...all, ...all.slice(0, 3)])));
    fc.assert(
      fc.property(any, ([inOrder, anyOrder]) => {
        const newest = inOrder.at(-1);
        const { groups } = read(anyOrder);
        expect(groups).toMatchObject({ asOf: newest?.asOf, completeness: newest?.completeness });
        if (newest?.completeness === 'complete') expect(groups?.groups).toEqual([...newest.groups].sort());
      }),
    );
  });

  it('A34: what is kept while they are unknown is one whole reading, never a part, never "no groups" out of nothing', () => {
    fc.assert(
      fc.property(readings.chain(inAnyOrder), (all) => {
        const { groups } = read(all);
        const kept = all.find((one) => one.completeness === 'complete' && one.asOf === groups?.groupsAsOf);
        const whole = kept?.completeness === 'complete' ? [...kept.groups].sort() : null;
        expect(groups?.groups ?? null).toEqual(whole);
      }),
    );
  });

  it('A34: lose one only because a complete reading no longer has it, and say so in the order of time', () => {
    fc.assert(
      fc.property(readings.chain(inAnyOrder), (all) => {
        const { told } = read(all);
        expect(told.map(({ asOf }) => asOf)).toEqual(told.map(({ asOf }) => asOf).sort());
        let before: string[] = [];
        for (const one of told) {
          if (one.completeness === 'unknown') expect(one).not.toHaveProperty('removed');
          else {
            expect(one.removed).toEqual(before.filter((group) => !one.groups.includes(group)));
            before = one.groups;
          }
        }
      }),
    );
  });

  it('A34: a background reading that began before a newer sign-in changes nothing', () => {
    const owing = follow(messages(signIn({ minute: 1, groups: unknown(1) }))).person;
    const again = receiveClaims(signIn({ minute: 3, groups: complete(3, ['a']) }), owing, true, now).person;
    if (!owing.refresh) throw new Error('nothing is owed');
    expect(completeRefresh(owing.refresh, complete(2, [], 'background'), again, now)).toEqual({
      person: again,
      happened: [],
    });
  });

  it('A34: a background reading that fails is owed again, told to nobody, and removes nobody', () => {
    const known = follow(
      messages(signIn({ minute: 1, groups: complete(1, ['a']) }), signIn({ minute: 2, groups: unknown(2) })),
    );
    const { refresh } = known.person;
    if (!refresh) throw new Error('nothing is owed');
    const after = completeRefresh(refresh, unknown(3), known.person, now);
    expect(after.happened).toEqual([]);
    expect(after.person.groups).toEqual(known.person.groups);
    expect(after.person.groups).toMatchObject({ completeness: 'unknown', groups: ['a'], groupsAsOf: at(1) });
    expect(after.person.refresh?.nextAt.getTime()).toBeGreaterThan(now.getTime());
  });
});
