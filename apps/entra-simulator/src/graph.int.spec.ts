import { app, contoso, startBench, type Bench } from './fixtures/bench.js';
import { seed } from './seed.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(() => bench.prepare());

const { people } = seed;
const accessToken = async (name: string) =>
  (await bench.signIn({ loginHint: `${name}@contoso.example` })).body.access_token;
const appToken = async () => {
  const scope = 'https://graph.microsoft.com/.default';
  return (await bench.token({ grant_type: 'client_credentials', scope })).body.access_token;
};
type GroupPage = { value: Record<string, unknown>[]; '@odata.nextLink'?: string };

async function readAll(path: string, token: unknown) {
  const pages: GroupPage[] = [];
  for (let next: string | undefined = path; next !== undefined; next = pages.at(-1)?.['@odata.nextLink']) {
    pages.push((await bench.graph(next, token)).body as GroupPage);
  }
  return pages;
}

describe('Graph’s profile', () => {
  it('is the usual one without $select, and exactly what is selected with it', async () => {
    const token = await accessToken('emma.novak');
    expect((await bench.graph('/me', token)).body).toMatchObject({
      id: people.emma.oid,
      mail: 'emma.novak@contoso.example',
      jobTitle: 'Head of Research',
    });
    const { body } = await bench.graph('/me?$select=id,department,otherMails', token);
    expect(body).toEqual({
      '@odata.context': expect.any(String),
      id: people.emma.oid,
      department: 'Research',
      otherMails: [],
    });
    expect((await bench.graph('/me?$select=shoeSize', token)).body).toMatchObject({ error: { code: 'BadRequest' } });
  });

  it('has a photo or says 404', async () => {
    const token = await accessToken('emma.novak');
    for (const path of ['/me/photo/$value', '/me/photos/48x48/$value']) {
      const photo = await bench.graph(path, token);
      expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/png']);
    }
    const none = await bench.graph('/me/photo/$value', await accessToken('anna.berg'));
    expect([none.status, none.body]).toMatchObject([
      404,
      { error: { code: 'ImageNotFound', innerError: { 'request-id': expect.any(String) } } },
    ]);
  });

  it('is open only to a valid token with the permission for it', async () => {
    const token = await accessToken('anna.berg');
    for (const wrong of ['', 'nonsense', `${String(token).slice(0, -8)}AAAAAAAA`]) {
      const answer = await bench.graph('/me', wrong);
      expect([answer.status, answer.body]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken' } }]);
    }
    expect((await bench.graph(`/users/${people.ben.oid}`, token)).body).toMatchObject({
      error: { code: 'Authorization_RequestDenied' },
    });
    expect((await bench.graph('/users/nobody@contoso.example', token)).status).toBe(404);
    expect((await bench.graph(`/users/${people.frank.oid}`, await appToken())).status).toBe(404);
    expect((await bench.graph('/me', await appToken())).body).toMatchObject({ error: { code: 'BadRequest' } });
    expect((await bench.graph(`/users/${people.ben.oid}`, await appToken())).body).toMatchObject({
      id: people.ben.oid,
    });
  });

  it('refuses an expired token', async () => {
    await bench.sim('PUT', '/settings', { tokenLifetimeSeconds: 0 });
    const { body } = await bench.graph('/me', await accessToken('anna.berg'));
    expect(body).toMatchObject({ error: { message: expect.stringContaining('expired') } });
  });
});

describe('Graph’s groups', () => {
  it('of somebody with 250 come in pages, to the last one', async () => {
    const token = await accessToken('dev.patel');
    const pages = await readAll('/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=100', token);
    expect(pages.map(({ value }) => value.length)).toEqual([100, 100, 50]);
    const ids = pages.flatMap(({ value }) => value.map(({ id }) => id));
    expect(new Set(ids)).toEqual(new Set(people.dev.groups));
    expect(pages[0]?.['@odata.nextLink']).toContain(
      `${bench.origin}/v1.0/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=100&$skiptoken=`,
    );
    const usual = await readAll('/me/transitiveMemberOf', token);
    expect(usual.map(({ value }) => value.length)).toEqual([100, 100, 50]);
    expect(await readAll('/me/transitiveMemberOf?$top=999', token)).toHaveLength(1);
  });

  it('refuse a page size or a token that cannot be', async () => {
    const token = await accessToken('dev.patel');
    for (const query of ['$top=1000', '$top=0', '$top=x', '$skiptoken=made-up']) {
      expect((await bench.graph(`/me/transitiveMemberOf?${query}`, token)).status).toBe(400);
    }
    expect((await bench.graph('/me/transitiveMemberOf/microsoft.graph.device', token)).status).toBe(400);
  });

  it('have names only with a permission for groups', async () => {
    const path = `/users/${people.anna.oid}/transitiveMemberOf/microsoft.graph.group?$select=id,displayName`;
    const own = (await bench.graph('/me/transitiveMemberOf?$select=id,displayName', await accessToken('anna.berg')))
      .body as GroupPage;
    expect(own.value[0]).toEqual({
      '@odata.type': '#microsoft.graph.group',
      id: people.anna.groups[0],
      displayName: null,
    });
    const all = (await bench.graph(path, await appToken())).body as GroupPage;
    expect(all.value[0]).toMatchObject({ displayName: 'All employees' });
    await bench.sim('POST', '/apps', { clientId: app.clientId, permissions: { application: ['User.Read.All'] } });
    expect((await bench.graph(path, await appToken())).status).toBe(403);
  });

  it('come as ids all at once, and change when they are changed', async () => {
    const token = await accessToken('anna.berg');
    const ask = async (path: string, body = '{"securityEnabledOnly":true}') =>
      (await bench.graph(path, token, { method: 'POST', body })).body;
    expect((await ask('/me/getMemberObjects')).value).toEqual(people.anna.groups);
    await bench.sim('PUT', `/users/${people.anna.oid}/groups`, { groups: people.anna.groups.slice(1) });
    expect((await ask(`/users/${people.anna.oid}/getMemberGroups`)).value).toEqual(people.anna.groups.slice(1));
    expect(await ask('/me/getMemberGroups', '{}')).toMatchObject({ error: { code: 'BadRequest' } });
    await bench.sim('PUT', `/users/${people.anna.oid}/groups`, { count: 11_001 });
    expect(await ask('/me/getMemberGroups')).toMatchObject({ error: { code: 'Directory_ResultSizeLimitExceeded' } });
  });

  it('are those of the token’s own company', async () => {
    expect((await bench.graph(`/users/${people.frank.oid}/transitiveMemberOf`, await appToken())).status).toBe(404);
    expect(contoso.id).not.toBe(people.frank.tenantId);
  });
});
