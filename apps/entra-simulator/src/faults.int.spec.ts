import { app, contoso, fabrikam, startBench, type Bench } from './fixtures/bench.js';
import { faultEffects } from './fixtures/fault-effects.js';
import { faultCatalogue, faultNames } from './faults/catalogue.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(() => bench.prepare());

type Listed = { armed: { id: string; hits: number; left: number | null }[] };
const arm = async (body: object) => (await bench.sim('POST', '/faults', body)).json() as Promise<{ id: string }>;
const listed = async () => (await (await bench.sim('GET', '/faults')).json()) as Listed;

describe('every fault', () => {
  it.each(faultNames)('%s shows, is counted, and is gone once lifted', async (name) => {
    await arm({ name });
    await faultEffects[name](bench);
    expect((await listed()).armed[0]?.hits).toBeGreaterThan(0);
    await bench.sim('DELETE', '/faults');
    await expect(faultEffects[name](bench)).rejects.toThrow();
  });

  it('is in the catalogue with a sentence and an outcome', () => {
    expect(new Set(faultNames)).toEqual(new Set(Object.keys(faultEffects)));
    for (const { says, outcome } of faultCatalogue) {
      expect(says).toMatch(/^[A-Z].+\.$/);
      expect(['refused', 'groups-unknown', 'tolerated']).toContain(outcome);
    }
  });
});

describe('a fault', () => {
  const metadata = async (segment: string) =>
    (await bench.fetch(`${bench.origin}/${segment}/v2.0/.well-known/openid-configuration`)).status;

  it('happens as often as it was told to', async () => {
    await arm({ name: 'metadata-5xx', times: 2 });
    expect([await metadata(contoso.id), await metadata(contoso.id), await metadata(contoso.id)]).toEqual([
      503, 503, 200,
    ]);
    expect((await listed()).armed[0]).toMatchObject({ hits: 2, left: 0 });
  });

  it('keeps to its tenant', async () => {
    await arm({ name: 'metadata-5xx', tenant: 'fabrikam.example' });
    await arm({ name: 'metadata-html', tenant: 'common' });
    expect([await metadata(contoso.id), await metadata(fabrikam.id), await metadata('fabrikam.example')]).toEqual([
      200, 503, 503,
    ]);
    expect(
      (await bench.fetch(`${bench.origin}/common/v2.0/.well-known/openid-configuration`)).headers.get('content-type'),
    ).toContain('html');
  });

  it('keeps to its app and its endpoint', async () => {
    await arm({ name: 'token-5xx', clientId: fabrikam.id });
    await arm({ name: 'graph-5xx', endpoint: 'graph-groups' });
    const { status, body } = await bench.signIn();
    expect([status, (await bench.graph('/me', body.access_token)).status]).toEqual([200, 200]);
    expect((await bench.graph('/me/transitiveMemberOf', body.access_token)).status).toBe(503);
    await arm({ name: 'token-5xx', clientId: app.clientId });
    expect((await bench.signIn()).status).toBe(503);
  });

  it('is lifted by its id, others stay', async () => {
    const [one] = [await arm({ name: 'jwks-5xx' }), await arm({ name: 'jwks-html' })];
    expect((await bench.sim('DELETE', `/faults/${one.id}`)).status).toBe(204);
    expect((await bench.sim('DELETE', `/faults/${one.id}`)).status).toBe(404);
    expect((await listed()).armed).toHaveLength(1);
  });

  it('that cuts a page short loses nobody when it is over', async () => {
    await arm({ name: 'graph-broken-page', times: 1 });
    const { access_token } = (await bench.signIn({ loginHint: 'dev.patel@contoso.example' })).body;
    const first = (await bench.graph('/me/transitiveMemberOf?$top=999', access_token)).body;
    const second = (await bench.graph(String(first['@odata.nextLink']), access_token)).body;
    expect([first.value, second.value].map((value) => (value as unknown[]).length)).toEqual([125, 125]);
  });

  it('says how long to wait when throttled', async () => {
    await arm({ name: 'graph-429', times: 1, retryAfterSeconds: 7 });
    const { access_token } = (await bench.signIn()).body;
    const answers = [await bench.graph('/me', access_token), await bench.graph('/me', access_token)];
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '7'],
      [200, null],
    ]);
  });
});

it('ends what hangs when the simulator closes', async () => {
  const other = await startBench();
  await other.sim('POST', '/faults', { name: 'metadata-hang' });
  const held = other.fetch(`${other.origin}/common/v2.0/.well-known/openid-configuration`);
  const broken = expect(held).rejects.toThrow();
  while (((await (await other.sim('GET', '/faults')).json()) as Listed).armed[0]?.hits !== 1);
  await other.simulator.close();
  await broken;
});
