import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import type { User, World } from './world.js';

/** The registration in the simulated Entra that takes people of any company. */
const anyCompany = {
  clientId: 'c0a70500-0003-4000-8000-000000000002',
  clientSecret: 'sim8Q~multi-tenant-local-secret-not-for-production',
};
const contoso = 'c0a70500-0000-4000-8000-000000000001';
const fabrikam = 'fab12a30-0000-4000-8000-000000000001';

type Connection = { connectionId: string; callbackUrl: string; configHash: string };
type Import = { importId: string; state: string };

/** People of companies: imported ones, those of a company that has to be approved, and an admin who tests. */
export function companySignIns(world: () => World): void {
  async function connect(settings: object): Promise<Connection> {
    const connection = await world().registry<Connection>('POST', '/connections', {
      ...{ strategy: 'entra-oauth2', authority: world().system.urls.simulator, createUsers: true },
      ...{ ...anyCompany, ...settings },
    });
    const app = { clientId: anyCompany.clientId, addRedirectUris: [connection.callbackUrl] };
    await world().simulator.ask('POST', 'apps', app);
    return connection;
  }

  it('an imported user is met by their first sign-in, whatever the case of letters', async () => {
    const emma = world().system.accounts.find(({ note }) => note.startsWith('a full profile'))?.email ?? '';
    const row = { email: emma.toUpperCase(), given_name: 'Emma', connection: 'CONTOSO', provided_id: 'hr-17' };
    const { importId } = await world().management.upload<Import>(
      `${world().system.urls.directory}/imports`,
      'application/x-ndjson',
      `${JSON.stringify(row)}\n`,
    );
    const done = await eventually(
      async () => {
        const now = await world().directory<Import>('GET', `/imports/${importId}`);
        return ['done', 'failed'].includes(now.state) && now;
      },
      { timeout: 30_000, says: 'the import' },
    );
    expect(done).toMatchObject({ state: 'done', counts: { read: 1, created: 1, rejected: 0 } });
    const found = await world().directory<{ items: User[] }>('GET', `/users?email=${encodeURIComponent(emma)}`);
    expect(found.items).toHaveLength(1);
    const { id } = await world().party.signIn(world().browser(), { login_hint: emma });
    expect(id.sub).toBe(found.items[0]?.userId);
  });

  it('a second company comes through the common endpoint once an admin has approved it', async () => {
    const { connectionId } = await connect({
      ...{ name: 'any-company', displayName: 'Any company', entraDomain: contoso },
      ...{ useCommonEndpoint: true, allowedTenants: [contoso] },
    });
    const enable = { override: true, reason: 'acceptance test' };
    await world().registry('POST', `/connections/${connectionId}/enable`, enable);
    const params = { connection_id: connectionId, login_hint: 'frank.mori@fabrikam.example' };
    const refused = await eventually(
      async () => {
        const { url } = await world().party.begin(params);
        const page = await world().browser().follow(url, world().redirectUri);
        const { code } = await world().attemptOn(page);
        return code === 'upstream.tenant-not-allowed' && page;
      },
      { timeout: 30_000, says: 'the refusal' },
    );
    expect(textOf(refused.text)).not.toContain(fabrikam);
    const requests = `/connections/${connectionId}/tenant-requests`;
    await eventually(
      async () => {
        const { items } = await world().registry<{ items: { tenantId: string }[] }>('GET', requests);
        return items.some(({ tenantId }) => tenantId === fabrikam);
      },
      { timeout: 30_000, says: 'the request of the tenant' },
    );
    await world().registry('POST', `${requests}/${fabrikam}/approve`);
    const { id } = await eventually(
      () =>
        world()
          .party.signIn(world().browser(), params)
          .catch(() => undefined),
      { timeout: 30_000, says: 'the sign-in of the approved tenant' },
    );
    expect(id).toMatchObject({ given_name: 'Frank' });
  });

  it('a connection is tested before it is enabled; the test says what a sign-in would do, and does nothing', async () => {
    const connection = await connect({
      ...{ name: 'tested', displayName: 'Tested', entraDomain: contoso, getUserGroups: true },
    });
    const home = `/connections/${connection.connectionId}`;
    const url = `${world().system.urls.registry}${home}/enable`;
    expect(await world().management.call('POST', url, {})).toMatchObject({
      status: 409,
      body: { code: 'connection.not-tested' },
    });
    const { testRunId, startUrl } = await world().registry<{ testRunId: string; startUrl: string }>(
      'POST',
      `${home}/test-runs`,
    );
    const browser = world().browser();
    const upstream = await browser.follow(startUrl, 'nowhere:');
    const result = await world().signInAtCompany(browser, upstream, 'carla.diaz@contoso.example');
    expect(result.text).toMatch(/carla/i);
    const run = await world().registry<{ state: string; report: { predicted: object } }>(
      'GET',
      `${home}/test-runs/${testRunId}`,
    );
    expect(run).toMatchObject({
      state: 'passed',
      report: { predicted: { change: 'created', groups: { completeness: 'complete', count: 200 } } },
    });
    expect(JSON.stringify(run)).not.toMatch(/carla|diaz/i);
    const found = await world().directory<{ items: User[] }>('GET', '/users?email=carla.diaz@contoso.example');
    expect(found.items).toEqual([]);
    expect(await world().registry('POST', `${home}/enable`, {})).toMatchObject({
      state: 'enabled',
      enabling: { override: false, configHash: connection.configHash },
    });
  });

  it('a failed sign-in has a record that says why, and its id stands on the page', async () => {
    const nobodys = 'org_00000000000000000000000000';
    const { url } = await world().party.begin({ login_hint: 'anna.berg@contoso.example', org_code: nobodys });
    const page = await world().browser().follow(url, world().redirectUri);
    const { outcome, checks } = await world().attemptOn(page);
    expect([outcome, checks.at(-1)?.outcome]).toEqual(['refused', 'failed']);
    expect(textOf(page.text)).not.toContain('anna.berg');
  });
}
