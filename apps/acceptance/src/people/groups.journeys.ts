import { eventually } from '@homerealm/testing';
import type { SignedIn } from '../client/relying-party.js';
import { type ToldEvent, ToldEvents } from '../client/told-events.js';
import { Company, type Employee } from './company.js';
import type { World } from './world.js';

/** What profile-sync answers: the last complete set, and whether the last try confirmed it. */
type Standing = { completeness: string; groups: string[] | null; asOf: string; groupsAsOf: string | null };
type Asked = { endpoint: string; path: string; at: string; clientId: string | null; status: number };

const groupId = (number: number) => `60075000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const ids = (count: number, first = 1) => Array.from({ length: count }, (_, index) => groupId(first + index));
const patience = { timeout: 20_000 };

/** Groups of people, from their company to tokens and events. */
export function groupsOfPeople(world: () => World): void {
  let company: Company;
  let connectionId: string;
  const asks = { getUserGroups: true, createUsers: true };
  beforeAll(async () => {
    company = await Company.found(world(), 'groups.example');
    connectionId = await company.connect('groups', asks);
    await move(await company.hire('everywhere'), chain);
  }, 60_000);

  const signIn = ({ email }: Employee) => company.signIn(connectionId, email);
  const standingOf = ({ access }: SignedIn): Promise<Standing> =>
    world().management.ask('GET', `${world().system.urls.profileSync}/users/${String(access.sub)}/groups`);
  const move = ({ oid }: Employee, groups: unknown[]) =>
    world().simulator.ask('PUT', `users/${oid}/groups`, { groups });

  /** What the token says, and that everything in it says the same. */
  function groupsIn({ access, id }: SignedIn): string[] | 'unknown' {
    const { ext_groups: groups, ext_groups_status: status } = access;
    const { claims } = id['ext_provider'] as { claims: { profile: Record<string, unknown> } };
    expect(claims.profile['groups']).toEqual(groups);
    if (status === 'complete') return groups as string[];
    expect([status, 'ext_groups' in access, claims.profile['groups_status']]).toEqual(['unknown', false, 'unknown']);
    return 'unknown';
  }

  /** The requests for groups that Microsoft Graph had of this company while somebody did something. */
  async function askedAtGraph(work: () => Promise<unknown>): Promise<Asked[]> {
    const all = async () =>
      (await world().simulator.ask<{ items: (Asked & { id: number })[] }>('GET', 'requests')).items;
    const last = (await all()).at(-1)?.id ?? 0;
    await work();
    return (await all()).filter(
      ({ id, endpoint, clientId }) => id > last && endpoint === 'graph-groups' && clientId === company.clientId,
    );
  }

  const [inner, middle, outer] = [groupId(9_001), groupId(9_002), groupId(9_003)];
  const chain = [
    { id: middle, memberOf: [outer] },
    { id: inner, memberOf: [middle] },
  ];
  it.each([
    ['none', [], [], true],
    ['one', ids(1), ids(1), false],
    ['one inside others', [inner], [inner, middle, outer], false],
    ['200, the most a token carries', ids(200), ids(200), false],
    ['201', ids(201), ids(201), true],
    ['200 and one that is inside others', [...ids(200), inner], [...ids(200), inner, middle, outer], true],
    ['1,200, more than a page of Graph', ids(1_200), ids(1_200), true],
  ])(
    'of somebody in %s are all there, by the same values whether Graph is asked or not',
    async (_, groups, all, isAsked) => {
      const person = await company.hire(`in.${all.length}`);
      await move(person, groups);
      let signedIn: SignedIn | undefined;
      const asked = await askedAtGraph(async () => (signedIn = await signIn(person)));
      expect(signedIn && groupsIn(signedIn)).toEqual(all);
      expect(new Set(asked.map(({ path }) => path))).toEqual(
        new Set(isAsked ? ['/v1.0/me/transitiveMemberOf/microsoft.graph.group'] : []),
      );
      expect(asked.length > 1).toBe(all.length > 999);
    },
  );

  it('are no word of the token where the connection does not ask for them', async () => {
    const silent = await company.connect('groups-silent', { createUsers: true });
    const person = await company.hire('silent');
    await move(person, ids(3));
    const { access, id } = await company.signIn(silent, person.email);
    expect(Object.keys(access).filter((name) => name.startsWith('ext_groups'))).toEqual([]);
    expect(id).not.toHaveProperty('ext_provider.claims.profile.groups');
  });

  it('are waited for as long as Graph says when it is asked too often', async () => {
    const person = await company.hire('patient');
    await move(person, ids(201));
    const asked = await askedAtGraph(() =>
      company.during({ name: 'graph-429', times: 1 }, async () =>
        expect(groupsIn(await signIn(person))).toEqual(ids(201)),
      ),
    );
    expect(asked.map(({ status }) => status)).toEqual([429, 200]);
    const [first, second] = asked.map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('that cannot be read are unknown: nobody is removed, nothing of it is told; a removal is, and stands in every next token', async () => {
    const person = await company.hire('history');
    await move(person, ids(201));
    const first = await signIn(person);
    expect(groupsIn(first)).toEqual(ids(201));
    const known = await eventually(() => standingOf(first), patience);
    expect(known).toMatchObject({ completeness: 'complete', groups: ids(201), groupsAsOf: known.asOf });
    const refresh = refreshing(first);

    for (const fault of [{ name: 'graph-403' }, { name: 'graph-foreign-nextlink' }, { name: 'graph-broken-page' }]) {
      const blind = await company.during(fault, () => signIn(person));
      expect([fault.name, groupsIn(blind)]).toEqual([fault.name, 'unknown']);
      expect(groupsIn(await refreshing(blind)())).toBe('unknown');
    }
    const unconfirmed = await eventually(async () => {
      const now = await standingOf(first);
      return now.completeness === 'unknown' && now;
    }, patience);
    expect(unconfirmed).toMatchObject({ groups: ids(201), groupsAsOf: known.groupsAsOf });
    await eventually(async () => groupsIn(await refresh()) === 'unknown', patience);

    await move(person, ids(201, 2));
    expect(groupsIn(await signIn(person))).toEqual(ids(201, 2));
    await eventually(async () => groupsIn(await refresh()).includes(groupId(202)), patience);
    expect(groupsIn(await refresh())).toEqual(ids(201, 2));
    await move(person, []);
    expect(groupsIn(await signIn(person))).toEqual([]);
    await eventually(async () => groupsIn(await refresh()).length === 0, patience);

    expect(await toldOf(person, 7)).toEqual([
      { completeness: 'complete', source: 'graph', groups: ids(201), added: ids(201), removed: [] },
      { completeness: 'unknown', reason: 'graph-forbidden' },
      { completeness: 'unknown', reason: 'graph-page-foreign' },
      { completeness: 'unknown', reason: 'graph-unreachable' },
      { completeness: 'complete', source: 'graph', groups: ids(201, 2), added: [groupId(202)], removed: [groupId(1)] },
      { completeness: 'complete', source: 'graph', groups: [], added: [], removed: ids(201, 2) },
      { completeness: 'complete', source: 'graph', groups: [], added: [], removed: [] },
    ]);
  }, 60_000);

  /** The next token of a sign-in, each time it is called. */
  function refreshing({ tokens }: SignedIn): () => Promise<SignedIn> {
    let token = tokens.refresh_token ?? '';
    return async () => {
      const next = await world().party.refresh(token);
      token = next.tokens.refresh_token ?? '';
      return next;
    };
  }

  /** What consumers hear of somebody's groups, in order; the look itself is one more sign-in. */
  async function toldOf({ email }: Employee, count: number, by = connectionId): Promise<object[]> {
    const events = await ToldEvents.open(world().system.urls.demoApp, world().browser(), { email, connectionId: by });
    try {
      const told = await events.atLast('GroupsSynced', count);
      expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_event, index) => String(index + 1)));
      return told.map(contentOf);
    } finally {
      events.close();
    }
  }

  const contentOf = ({ data }: ToldEvent): object => {
    const about = ['userId', 'connectionId', 'attemptId', 'asOf'];
    expect(Object.keys(data ?? {})).toEqual(expect.arrayContaining(about));
    return Object.fromEntries(Object.entries(data ?? {}).filter(([name]) => !about.includes(name)));
  };

  it('left unknown by a sign-in are read in the background where the company permits it, and stand in the next token', async () => {
    const permitted = await company.connect('groups-permitted', { ...asks, backgroundGroups: true });
    const person = await company.hire('later');
    await move(person, ids(201));
    const blind = await company.during({ name: 'graph-403', times: 1, endpoint: 'graph-groups' }, () =>
      company.signIn(permitted, person.email),
    );
    expect(groupsIn(blind)).toBe('unknown');
    const refresh = refreshing(blind);
    await eventually(async () => groupsIn(await refresh()) !== 'unknown', { ...patience, every: 200 });
    expect(groupsIn(await refresh())).toEqual(ids(201));
    expect(await toldOf(person, 3, permitted)).toEqual([
      { completeness: 'unknown', reason: 'graph-forbidden' },
      { completeness: 'complete', source: 'background', groups: ids(201), added: ids(201), removed: [] },
      { completeness: 'complete', source: 'graph', groups: ids(201), added: [], removed: [] },
    ]);
  });
}
