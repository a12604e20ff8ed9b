import type { GroupSet } from '@homerealm/domain';
import { createApplicationTokens, parseEntraAuthorities, readGroupsOfMe, readGroupsOfUser } from '../index.js';
import { TestBed } from '../fixtures/test-bed.js';
import {
  accessToken,
  objectId,
  tenantId,
  type Answer,
  type Asked,
  type Behaviour,
  type Json,
} from '../fixtures/hostile-upstream.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start(2_500);
});
beforeEach(() => bed.upstream.reset());
afterEach(() => expect(bed.upstream.bystander).toEqual([]));
afterAll(() => bed.close());

const groupId = (index: number) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
const groupIds = (count: number) => Array.from({ length: count }, (_, index) => groupId(index));
const now = new Date('2026-11-21T10:00:00Z');

/** An honest Graph: pages of what is asked for, at most 999. */
function pages(
  ids: string[],
  change: (page: Json, index: number) => Answer | Json = (page) => page,
): Behaviour['graph'] {
  return ({ path }: Asked) => {
    const url = new URL(path, bed.upstream.graphOrigin);
    const size = Math.min(999, Number(url.searchParams.get('$top') ?? 100));
    const index = Number(url.searchParams.get('$skiptoken') ?? 0);
    url.searchParams.set('$skiptoken', String(index + 1));
    const more = ids.length > (index + 1) * size ? { '@odata.nextLink': url.href } : {};
    const value = ids.slice(index * size, (index + 1) * size).map((id) => ({ id }));
    const answer = change({ value, ...more }, index);
    return answer === 'hang' || typeof answer === 'string' || 'status' in answer
      ? (answer as Answer)
      : { body: answer };
  };
}

const read = (graph: Behaviour['graph'], budgetMs = 10_000): Promise<GroupSet> => {
  bed.upstream.behaviour = { graph };
  const { graphOrigin } = bed.upstream;
  return readGroupsOfMe(bed.http, { graphOrigin, accessToken, objectId, now, budgetMs });
};

describe('readGroupsOfMe', () => {
  it.each([0, 1, 100, 199, 200, 201, 999, 1000, 1001, 2047, 11_000])('A35: reads all of %i groups', async (count) => {
    const groups = await read(pages(groupIds(count).reverse()));
    expect(groups).toEqual({
      completeness: 'complete',
      source: 'graph',
      asOf: now.toISOString(),
      groups: groupIds(count),
    });
  });

  it('asks by itself for nested groups, with the person’s token, and nothing else', async () => {
    await read(pages([]));
    const [asked] = bed.upstream.asked;
    expect(asked?.path).toBe('graph:/v1.0/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999');
    expect(asked?.headers).toMatchObject({ authorization: `Bearer ${accessToken}`, consistencylevel: 'eventual' });
  });

  it('A35: counts a group once that comes on two pages, and leaves out what is no group', async () => {
    const ids = [...groupIds(1_200), ...groupIds(100)];
    const withRole = (page: Json) => ({
      ...page,
      value: [...(page['value'] as Json[]), { '@odata.type': '#microsoft.graph.directoryRole', id: groupId(99_999) }],
    });
    expect(await read(pages(ids, withRole))).toMatchObject({
      completeness: 'complete',
      groups: groupIds(1_200),
    });
  });

  it('A35: waits as long as Retry-After says', async () => {
    let asked = 0;
    const graph = pages(groupIds(3));
    const started = performance.now();
    const groups = await read((request) =>
      asked++ === 0 ? { status: 429, headers: { 'retry-after': '1' } } : graph?.(request),
    );
    expect(groups).toMatchObject({ completeness: 'complete', groups: groupIds(3) });
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('understands a Retry-After that is a date', async () => {
    let asked = 0;
    const graph = pages(groupIds(3));
    const date = new Date(Date.now() + 1_000).toUTCString();
    const groups = await read((request) =>
      asked++ === 0 ? { status: 503, headers: { 'retry-after': date } } : graph?.(request),
    );
    expect(groups).toMatchObject({ completeness: 'complete' });
  });

  it.each([500, 502, 503, 504])('asks again after a passing %i in the middle', async (status) => {
    const failedOnce = new Set<number>();
    const once = (page: Json, index: number) => {
      if (index !== 1 || failedOnce.has(index)) return page;
      failedOnce.add(index);
      return { status };
    };
    expect(await read(pages(groupIds(2_500), once))).toMatchObject({
      completeness: 'complete',
      groups: groupIds(2_500),
    });
  });

  it('follows a page that names the person by id', async () => {
    const byId = (page: Json) => {
      const link = page['@odata.nextLink'];
      return typeof link === 'string'
        ? { ...page, '@odata.nextLink': link.replace('/me/', `/users/${objectId}/`) }
        : page;
    };
    expect(await read(pages(groupIds(1_500), byId))).toMatchObject({
      completeness: 'complete',
      groups: groupIds(1_500),
    });
  });

  const onLastPage =
    (wrong: (page: Json) => Answer | Json) =>
    (page: Json, index: number): Answer | Json =>
      index === 1 ? wrong(page) : page;
  const link = (make: () => unknown) => (page: Json) => ({ ...page, '@odata.nextLink': make() });
  const at = (path: string) => `${bed.upstream.graphOrigin}${path}`;

  const broken: [string, string, (page: Json) => Answer | Json][] = [
    [
      'is throttled for longer than there is time',
      'graph-throttled',
      () => ({ status: 429, headers: { 'retry-after': '3600' } }),
    ],
    ['is throttled without end', 'graph-throttled', () => ({ status: 429 })],
    ['is forbidden', 'graph-forbidden', () => ({ status: 403, body: {} })],
    ['is unauthorized', 'graph-unauthorized', () => ({ status: 401, body: {} })],
    ['keeps failing', 'graph-unreachable', () => ({ status: 503 })],
    ['is not found', 'graph-not-found', () => ({ status: 404 })],
    ['hangs', 'graph-timed-out', () => 'hang'],
    ['trickles', 'graph-timed-out', () => 'trickle'],
    ['hangs up', 'graph-unreachable', () => 'reset'],
    ['does not end', 'graph-too-large', () => 'endless'],
    ['redirects', 'graph-unreachable', () => ({ status: 302, headers: { location: bed.upstream.bystanderOrigin } })],
    ['is HTML', 'graph-unreadable', () => ({ status: 200, body: '<html>' })],
    ['is null', 'graph-unreadable', () => ({ status: 200, body: 'null' })],
    ['has no list', 'graph-unreadable', () => ({ value: 'x' })],
    ['has an item without id', 'graph-unreadable', () => ({ value: [{ id: groupId(1) }, {}] })],
    ['has an id that is none', 'graph-unreadable', () => ({ value: [{ id: 'x' }] })],
    ['has a null item', 'graph-unreadable', () => ({ value: [null] })],
    [
      'leads to a stranger',
      'graph-page-foreign',
      link(() => `${bed.upstream.bystanderOrigin}/v1.0/me/transitiveMemberOf?$skiptoken=2`),
    ],
    [
      'leads to a stranger by userinfo',
      'graph-page-foreign',
      link(() => at('/v1.0/me/transitiveMemberOf').replace('://', '://a:b@')),
    ],
    ['leads to http', 'graph-page-foreign', link(() => at('/v1.0/me/transitiveMemberOf').replace('https:', 'http:'))],
    ['leads to another list', 'graph-page-foreign', link(() => at('/v1.0/me/messages'))],
    [
      'leads out of the list by dots',
      'graph-page-foreign',
      link(() => at('/v1.0/me/transitiveMemberOf/../../../beta/me')),
    ],
    ['leads to another person', 'graph-page-foreign', link(() => at(`/v1.0/users/${groupId(7)}/transitiveMemberOf`))],
    ['leads to a name that only begins alike', 'graph-page-foreign', link(() => at('/v1.0/me/transitiveMemberOfAll'))],
    ['leads to nothing that is an address', 'graph-page-foreign', link(() => 5)],
    ['leads nowhere', 'graph-page-foreign', link(() => '')],
    [
      'leads back to itself',
      'graph-page-loop',
      link(() => at('/v1.0/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999')),
    ],
  ];
  it.each(broken)('A35: knows nothing, rather than a part, when the last page %s', async (_, reason, wrong) => {
    const groups = await read(pages(groupIds(1_500), onLastPage(wrong)), 2_500);
    expect(groups).toEqual({ completeness: 'unknown', reason, asOf: now.toISOString() });
  });

  it.each([0, 1, 6, 11])('A35: knows nothing of 11,000 groups when page %i of 12 fails', async (failing) => {
    const groups = await read(
      pages(groupIds(11_000), (page, index) => (index === failing ? { status: 403, body: {} } : page)),
    );
    expect(groups).toEqual({ completeness: 'unknown', reason: 'graph-forbidden', asOf: now.toISOString() });
  });

  it('A35: counts groups once that slide from page to page while they are read, in whatever letters', async () => {
    const overlapping = [
      ...groupIds(999),
      ...groupIds(1_200)
        .slice(500)
        .map((id) => id.toUpperCase()),
    ];
    expect(await read(pages(overlapping))).toMatchObject({ completeness: 'complete', groups: groupIds(1_200) });
  });

  it('A35: gives up on a loop over several pages', async () => {
    const links = ['?p=1', '?p=2', '?p=3', '?p=2'].map((query) => at(`/v1.0/me/transitiveMemberOf${query}`));
    let page = 0;
    const groups = await read(() => ({ body: { value: [{ id: groupId(page) }], '@odata.nextLink': links[page++] } }));
    expect(groups).toMatchObject({ completeness: 'unknown', reason: 'graph-page-loop' });
    expect(page).toBe(4);
  });

  it('A35: gives up on pages without end', async () => {
    let page = 0;
    const groups = await read(() => ({
      body: { value: [], '@odata.nextLink': at(`/v1.0/me/transitiveMemberOf?p=${page++}`) },
    }));
    expect(groups).toMatchObject({ completeness: 'unknown', reason: 'graph-too-many-pages' });
    expect(page).toBe(100);
  });

  it('is over when its time is', async () => {
    const started = performance.now();
    expect(await read(() => 'hang', 200)).toMatchObject({ completeness: 'unknown', reason: 'graph-timed-out' });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('readGroupsOfUser', () => {
  const tokens = () => {
    const { origin, graphOrigin } = bed.upstream;
    return createApplicationTokens({ http: bed.http, authorities: parseEntraAuthorities(`${origin}=${graphOrigin}`) });
  };
  const user = () => ({ connection: bed.connection(), tenantId, objectId, now, budgetMs: 10_000 });

  it('reads all groups with the application’s own token, asked for once', async () => {
    bed.upstream.behaviour = { graph: pages(groupIds(1_100)) };
    const kept = tokens();
    for (let i = 0; i < 3; i++) {
      expect(await readGroupsOfUser(bed.http, kept, user())).toMatchObject({
        completeness: 'complete',
        source: 'background',
        groups: groupIds(1_100),
      });
    }
    expect(bed.upstream.count('/token')).toBe(1);
    const asked = bed.upstream.asked.find(({ path }) => path.includes('/token'));
    expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope: `${bed.upstream.graphOrigin}/.default`,
    });
    expect(bed.upstream.asked.at(-1)?.path).toContain(
      `/v1.0/users/${objectId}/transitiveMemberOf/microsoft.graph.group`,
    );
  });

  it('asks for a new token near the end of the old one, and after the connection changed', async () => {
    bed.upstream.behaviour = { graph: pages([]) };
    const kept = tokens();
    await readGroupsOfUser(bed.http, kept, user());
    await readGroupsOfUser(bed.http, kept, { ...user(), now: new Date(now.getTime() + 3_500_000) });
    await readGroupsOfUser(bed.http, kept, { ...user(), connection: bed.connection({ revision: 2 }) });
    expect(bed.upstream.count('/token')).toBe(3);
  });

  it.each<[string, Behaviour]>([
    ['refuses the secret', { token: () => ({ status: 401, body: { error: 'invalid_client' } }) }],
    ['answers null', { token: () => ({ body: 'null' }) }],
    ['gives no token', { token: () => ({ body: {} }) }],
    ['hangs', { token: () => 'hang' }],
    ['has no metadata', { metadata: () => ({ status: 503, body: '' }) }],
  ])('knows nothing when the sign-in host %s', async (_, behaviour) => {
    bed.upstream.behaviour = { graph: pages(groupIds(3)), ...behaviour };
    const groups = await readGroupsOfUser(bed.http, tokens(), user());
    expect(groups).toEqual({ completeness: 'unknown', reason: 'application-token-refused', asOf: now.toISOString() });
  });

  it('knows nothing of a person that Graph does not have', async () => {
    bed.upstream.behaviour = { graph: () => ({ status: 404 }) };
    expect(await readGroupsOfUser(bed.http, tokens(), user())).toMatchObject({ reason: 'graph-not-found' });
  });
});
