import { app } from './fixtures/bench.js';
import { startConnectorBench, type ConnectorBench } from './fixtures/connector-bench.js';
import { seed } from './seed.js';

let bench: ConnectorBench;
beforeAll(async () => void (bench = await startConnectorBench()));
afterAll(() => bench.close());
beforeEach(() => bench.prepare());

const { anna, dev } = seed.people;
const email = anna.userPrincipalName;
const group = (index: number) => `abcdef00-00bb-4000-8000-${index.toString(16).padStart(12, '0')}`;
type Wanted = { groups: unknown[] } | { count: number };
const put = async (wanted: Wanted): Promise<string[]> => {
  const answer = await bench.sim('PUT', `/users/${anna.oid}/groups`, wanted);
  return ((await answer.json()) as { groups: string[] }).groups;
};
const inToken = (groupMembershipClaims: 'None' | 'SecurityGroup') =>
  bench.sim('POST', '/apps', { clientId: app.clientId, groupMembershipClaims });
const arm = (fault: object) => bench.sim('POST', '/faults', fault);
const askedGraph = async () => {
  const { items } = (await (await bench.sim('GET', '/requests')).json()) as { items: { path: string }[] };
  return items.filter(({ path }) => path.includes('transitiveMemberOf'));
};

describe('A35: groups in every size', () => {
  it.each([
    [0, 'graph', 1],
    [1, 'token', 0],
    [100, 'token', 0],
    [199, 'token', 0],
    [200, 'token', 0],
    [201, 'graph', 1],
    [999, 'graph', 1],
    [1_000, 'graph', 2],
    [1_001, 'graph', 2],
    [2_047, 'graph', 3],
    [11_000, 'graph', 12],
  ])(
    'A35: all of %i, by the %s, with %i pages asked for; the same from token, Graph and in the background',
    async (count, source, pages) => {
      const expected = (await put({ count })).sort();
      expect(expected).toHaveLength(count);
      const usual = await bench.groupsOf(email);
      expect(usual).toMatchObject({ completeness: 'complete', source });
      expect(await askedGraph()).toHaveLength(pages);
      await inToken('None');
      const silent = await bench.groupsOf(email);
      expect(silent).toMatchObject({ completeness: 'complete', source: 'graph' });
      const background = await bench.backgroundGroupsOf(anna.oid);
      expect(background).toMatchObject({ completeness: 'complete', source: 'background' });
      for (const set of [usual, silent, background]) expect(set).toMatchObject({ groups: expected });
    },
  );

  it('A35: 11,000 of them within the time a sign-in has', async () => {
    await put({ count: 11_000 });
    const { account, tookMs } = await bench.signIn(email, { getUserGroups: true }, 10_000);
    expect(account.groups).toMatchObject({ completeness: 'complete', source: 'graph' });
    expect(tookMs).toBeLessThan(10_000);
  });

  it('A35: those that groups are in too, once each, also where groups are in each other', async () => {
    const nested = [
      { id: group(1), memberOf: [group(2), group(3)] },
      { id: group(4), memberOf: [group(3), group(5)] },
    ];
    await put({
      groups: [
        { id: group(3), memberOf: [group(6), group(1)] },
        { id: group(6), memberOf: [group(3)] },
      ],
    });
    await put({ groups: nested });
    const all = [1, 2, 3, 4, 5, 6].map(group);
    expect(await bench.groupsOf(email)).toMatchObject({ completeness: 'complete', source: 'token', groups: all });
    await inToken('None');
    expect(await bench.groupsOf(email)).toMatchObject({ completeness: 'complete', source: 'graph', groups: all });
    expect(await bench.backgroundGroupsOf(anna.oid)).toMatchObject({ completeness: 'complete', groups: all });
  });

  it('A35: nested ones make a token too large as direct ones do', async () => {
    const memberOf = Array.from({ length: 300 }, (_, index) => group(index + 2));
    await put({ groups: [{ id: group(1), memberOf }] });
    expect(await bench.groupsOf(email)).toMatchObject({
      ...{ completeness: 'complete', source: 'graph', groups: [group(1), ...memberOf] },
    });
  });
});

describe('A34: a group that was taken away upstream', () => {
  it.each([
    ['token', 3],
    ['graph', 250],
    ['graph', 1_001],
  ])('A34: is gone at the next sign-in, read from the %s of %i', async (source, count) => {
    const before = await put({ count });
    expect(await bench.groupsOf(email)).toMatchObject({ source, groups: [...before].sort() });
    const after = await put({ groups: before.slice(1) });
    expect(await bench.groupsOf(email)).toMatchObject({ source, groups: [...after].sort() });
    expect(await bench.backgroundGroupsOf(anna.oid)).toMatchObject({ groups: [...after].sort() });
  });

  it('A34: leaves somebody who lost the last one in none, completely', async () => {
    await put({ groups: [] });
    expect(await bench.groupsOf(email)).toMatchObject({ completeness: 'complete', groups: [] });
  });
});

describe('A35: groups while Graph fails', () => {
  const { userPrincipalName } = dev;
  const complete = { completeness: 'complete', source: 'graph', groups: [...dev.groups].sort() };

  /** What is asked again until there is no time left: on a slow machine the last try itself may not end. */
  const passing: unknown = expect.stringMatching(/^graph-(unreachable|timed-out)$/);

  it.each([
    ['is throttled once', { name: 'graph-429', times: 1, retryAfterSeconds: 1 }],
    ['answers 503 twice', { name: 'graph-5xx', times: 2 }],
  ])('A35: are all there when it %s', async (_, fault) => {
    await arm(fault);
    expect(await bench.groupsOf(userPrincipalName)).toMatchObject(complete);
    await arm(fault);
    expect(await bench.backgroundGroupsOf(dev.oid)).toMatchObject({ ...complete, source: 'background' });
  });

  it.each<[string, object, unknown]>([
    ['is throttled for longer than there is time', { name: 'graph-429', retryAfterSeconds: 60 }, 'graph-throttled'],
    ['refuses', { name: 'graph-403' }, 'graph-forbidden'],
    ['keeps answering 503', { name: 'graph-5xx' }, passing],
    ['breaks on the second page', { name: 'graph-broken-page' }, passing],
    ['goes on at another host', { name: 'graph-foreign-nextlink' }, 'graph-page-foreign'],
    ['goes on with the same page', { name: 'graph-loop-nextlink' }, 'graph-page-loop'],
    ['hangs', { name: 'graph-hang' }, 'graph-timed-out'],
  ])('A35: are unknown, never a part nor none, when it %s, within the time there is', async (_, fault, reason) => {
    await arm(fault);
    const { account, checks, tookMs } = await bench.signIn(userPrincipalName, { getUserGroups: true }, 1_000);
    expect(account.groups).toEqual({ completeness: 'unknown', reason, asOf: account.asOf });
    expect(checks.at(-1)).toEqual({ code: 'upstream.groups', outcome: 'failed', details: { reason } });
    expect(tookMs).toBeLessThan(4_000);
    await bench.sim('DELETE', '/faults');
    expect(await bench.groupsOf(userPrincipalName)).toMatchObject(complete);
  });
});
