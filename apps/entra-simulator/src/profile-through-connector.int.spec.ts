import { startConnectorBench, type ConnectorBench } from './fixtures/connector-bench.js';
import { seed } from './seed.js';

let bench: ConnectorBench;
beforeAll(async () => void (bench = await startConnectorBench()));
afterAll(() => bench.close());
beforeEach(() => bench.prepare());

const { anna, emma } = seed.people;
const budgetMs = 1_000;
/** The budget, and what the rest of a sign-in takes on a busy machine. */
const longest = budgetMs + 3_000;
const signIn = ({ userPrincipalName }: { userPrincipalName: string }, more: object = {}) =>
  bench.signIn(userPrincipalName, { extendedProfile: true, ...more }, budgetMs);
const outcomes = ({ checks }: Awaited<ReturnType<typeof signIn>>) =>
  checks.filter(({ code }) => ['upstream.groups', 'upstream.profile', 'upstream.photo'].includes(code));

describe('the extended profile and photo', () => {
  it('come through Graph when there are any', async () => {
    const { account } = await signIn(emma);
    expect(account.claims).toMatchObject({
      picture: `data:image/png;base64,${String(emma.photo)}`,
      extra: { jobTitle: 'Head of Research', department: 'Research', country: 'DE', accountEnabled: true },
    });
  });

  it('that somebody does not have are absent, which is no failure', async () => {
    const outcome = await signIn(anna);
    expect(outcome.account.claims).not.toHaveProperty('picture');
    expect(outcome.account.claims.extra).not.toHaveProperty('department');
    expect(outcomes(outcome)).toEqual([
      { code: 'upstream.profile', outcome: 'passed', details: { found: true } },
      { code: 'upstream.photo', outcome: 'passed', details: { found: false } },
    ]);
  });

  it('are not asked for when the connection does not want them', async () => {
    const { account } = await signIn(emma, { extendedProfile: false });
    expect(account.claims).not.toHaveProperty('extra');
    expect(account.claims).not.toHaveProperty('picture');
  });

  it('leave out a photo that is too large in every size, and keep the rest', async () => {
    const photo = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(70_000, 1)]).toString('base64');
    await bench.sim('POST', '/users', { oid: emma.oid, photo });
    const outcome = await signIn(emma);
    expect(outcome.account.claims).not.toHaveProperty('picture');
    expect(outcome.account.claims.extra).toMatchObject({ department: 'Research' });
  });

  it('take a photo of just 64 kB', async () => {
    const photo = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64 * 1024 - 8, 1)]);
    await bench.sim('POST', '/users', { oid: emma.oid, photo: photo.toString('base64') });
    expect((await signIn(emma)).account.claims.picture).toHaveLength(22 + Math.ceil((64 * 1024) / 3) * 4);
  });

  it.each<[string, object, unknown]>([
    ['graph-hang', {}, 'graph-timed-out'],
    ['graph-5xx', {}, expect.stringMatching(/^graph-(unreachable|timed-out)$/)],
    ['graph-429', { retryAfterSeconds: 60 }, 'graph-throttled'],
    ['graph-403', {}, 'graph-forbidden'],
  ])('cost the sign-in nothing but its budget when only the photo meets %s', async (name, more, reason) => {
    await bench.sim('POST', '/faults', { name, endpoint: 'graph-photo', ...more });
    const outcome = await signIn(emma, { getUserGroups: true });
    expect(outcome.account.claims).not.toHaveProperty('picture');
    expect(outcome.account.claims.extra).toMatchObject({ department: 'Research' });
    expect(outcome.account.groups).toMatchObject({ completeness: 'complete', groups: [...emma.groups].sort() });
    expect(outcomes(outcome).at(-1)).toEqual({ code: 'upstream.photo', outcome: 'failed', details: { reason } });
    expect(outcome.tookMs).toBeLessThan(longest);
  });

  it('share one budget with the groups: all three hang, and the person is in as soon as it is over', async () => {
    await bench.sim('PUT', `/users/${emma.oid}/groups`, { count: 250 });
    await bench.sim('POST', '/faults', { name: 'graph-hang' });
    const outcome = await signIn(emma, { getUserGroups: true });
    expect(outcomes(outcome).map(({ outcome: passed, details }) => [passed, details])).toEqual(
      Array.from({ length: 3 }, () => ['failed', { reason: 'graph-timed-out' }]),
    );
    expect(outcome.tookMs).toBeGreaterThan(budgetMs - 50);
    expect(outcome.tookMs).toBeLessThan(2.9 * budgetMs);
  });
});
