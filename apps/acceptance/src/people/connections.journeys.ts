import { randomUUID } from 'node:crypto';
import { textOf } from '../client/relying-party.js';
import type { Connection } from './company.js';
import { type Asked, OwnTenant, type Problem } from './own-tenant.js';
import type { User, World } from './world.js';

const secret = 'sim8Q~connections-of-a-journey-not-for-production';
const defaults = {
  ...{ state: 'draft', organizationId: null, homeRealmDomains: [], alwaysShowButton: false },
  ...{ useCommonEndpoint: false, extendedProfile: false, getUserGroups: false, trustedProvider: false },
  ...{ trustScope: 'home-realm', syncProfile: 'inherit', createUsers: false, autoJoinOrganization: false },
  ...{ upstreamParams: {}, clientSecretExpiresAt: null, authority: 'https://login.microsoftonline.com' },
};

/** The settings of a connection to Entra, from outside: what is refused, what stays, what reaches the other side. */
export function connectionSettings(world: () => World): void {
  let tenant: OwnTenant;
  beforeAll(async () => {
    tenant = await OwnTenant.establish(world(), 'settings', secret);
  });

  const refusal = async (method: string, path: string, body: object) => {
    const { status, body: problem } = await world().tryRegistry<Problem>(method, path, body);
    return [status, problem.code, problem.field];
  };

  it('are few: the rest has defaults; a name is unique, and what is read only stays', async () => {
    const least = { ...tenant.least('settings-least'), authority: null };
    const made = await world().registry<Connection>('POST', '/connections', least);
    expect(made).toMatchObject(defaults);
    const other = await tenant.make('settings-other');
    expect(other.callbackUrl).not.toBe(made.callbackUrl);
    const home = `/connections/${made.connectionId}`;
    const elsewhere = { callbackUrl: 'https://evil.example/callback' };
    expect(await refusal('POST', '/connections', tenant.least('SETTINGS-Least'))).toEqual([
      ...[409, 'connection.name-taken', 'name'],
    ]);
    for (const [change, ...expected] of [
      [{ name: 'Settings-OTHER' }, 409, 'connection.name-taken', 'name'],
      [{ strategy: 'entra-saml' }, 422, 'connection.strategy-immutable', 'strategy'],
      [{ authority: 'https://evil.example' }, 422, 'connection.authority-not-allowed', 'authority'],
      [elsewhere, 400, 'request.unknown-field', 'callbackUrl'],
      [{ tenantId: randomUUID() }, 400, 'request.unknown-field', 'tenantId'],
      [{ autoJoinOrganization: true }, 422, 'connection.organization-required', 'autoJoinOrganization'],
    ] as const)
      expect(await refusal('PATCH', home, change)).toEqual(expected);
    expect(await refusal('POST', '/connections', { ...tenant.least('settings-new'), ...elsewhere })).toEqual([
      ...[400, 'request.unknown-field', 'callbackUrl'],
    ]);
    expect(await tenant.read(made)).toEqual(made);
  });

  it('the tenant of a domain is looked up once, and stays whoever has the domain later', async () => {
    const connection = await tenant.open('settings-pinned', { entraDomain: 'settings.example', createUsers: true });
    expect(connection.tenantId).toBe(tenant.tenantId);
    const paula = await tenant.hire('paula');
    const renamed = { id: tenant.tenantId, displayName: 'settings' };
    await world().simulator.ask('POST', 'tenants', { ...renamed, domains: ['settings-before.example'] });
    const heir = { id: randomUUID(), displayName: 'heir', domains: ['settings.example'] };
    await world().simulator.ask('POST', 'tenants', heir);
    expect(await tenant.edit(connection, { displayName: 'Pinned' })).toMatchObject({ tenantId: tenant.tenantId });
    await tenant.signInSoon(paula, connection);
    expect((await tenant.lastAsked('authorize'))?.path).toContain(tenant.tenantId);
    const others = { entraDomain: 'nobody-has-this.example' };
    expect(await refusal('PATCH', `/connections/${connection.connectionId}`, others)).toEqual([
      ...[422, 'connection.tenant-not-found', 'entraDomain'],
    ]);
    await world().simulator.ask('POST', 'tenants', { ...heir, domains: ['settings-heir.example'] });
    await world().simulator.ask('POST', 'tenants', { ...renamed, domains: ['settings.example'] });
  });

  it('parameters travel upstream, fixed ones and aliases of ours; those of the protocol are refused', async () => {
    const homeRealmDomains = ['settings.example'];
    const upstreamParams = {
      ...{ prompt: { value: 'select_account' }, login_hint: { alias: 'login_hint' } },
      ...{ domain_hint: { alias: 'domain_hint' }, 'x-lang': { alias: 'ui_locales' } },
    };
    const connection = await tenant.open('settings-params', { homeRealmDomains, upstreamParams, createUsers: true });
    const home = `/connections/${connection.connectionId}`;
    for (const name of ['client_id', 'redirect_uri', 'State', 'nonce', 'scope', 'response_mode', 'code_challenge'])
      expect(await refusal('PATCH', home, { upstreamParams: { [name]: { value: 'x' } } })).toEqual([
        ...[422, 'connection.upstream-param-reserved', `upstreamParams.${name}`],
      ]);
    expect((await refusal('PATCH', home, { upstreamParams: { x: { alias: 'org_code' } } }))[0]).toBe(400);
    const pia = await tenant.hire('pia');
    const params = { connection_id: connection.connectionId, domain_hint: 'settings.example', ui_locales: 'de' };
    const query = await leaves(params, pia.email);
    expect(query).toMatchObject({ prompt: 'select_account', login_hint: pia.email });
    expect(query).toMatchObject({ domain_hint: 'settings.example', 'x-lang': 'de' });
    const { url } = await world().party.begin();
    const browser = world().browser();
    const page = await browser.follow(url, world().redirectUri);
    await browser.follow(page.url, world().redirectUri, { email: 'Pia@Settings.example' });
    expect((await tenant.lastAsked('authorize'))?.query).toMatchObject({ login_hint: 'Pia@Settings.example' });
  });

  /** What reaches the company when somebody sets out with these parameters. */
  async function leaves(params: Record<string, string>, email: string): Promise<Asked['query']> {
    const { url } = await world().party.begin({ ...params, login_hint: email });
    for (;;) {
      await world().browser().follow(url, world().redirectUri);
      const asked = await tenant.lastAsked('authorize');
      if (asked?.query['redirect_uri']?.includes(params['connection_id'] ?? '')) return asked.query;
    }
  }

  it('whom a connection may not create is refused, and told nothing; others join its organization', async () => {
    const directory = world().directory.bind(world());
    const { organizationId } = await directory<{ organizationId: string }>('POST', '/organizations', {
      name: 'Settings',
    });
    const connection = await tenant.open('settings-jit', { organizationId });
    const jana = await tenant.hire('jana', { givenName: 'Jana' });
    const { page, attempt } = await tenant.refusedSoon(jana, connection, 'user.not-provisioned');
    expect(attempt).toMatchObject({ outcome: 'refused', connectionId: connection.connectionId });
    expect(textOf(page.text)).not.toMatch(/jana|not-provisioned|settings\.example/i);
    const found = `/users?email=${encodeURIComponent(jana.email)}`;
    expect(await directory('GET', found)).toMatchObject({ items: [] });
    const members = () => directory<{ items: { userId: string }[] }>('GET', `/organizations/${organizationId}/members`);

    await tenant.edit(connection, { createUsers: true });
    const guest = await tenant.signInSoon(jana, connection);
    expect(guest.access).toMatchObject({ org_code: organizationId });
    expect(await members()).toMatchObject({ items: [] });
    await tenant.edit(connection, { autoJoinOrganization: true });
    const { id } = await tenant.signInSoon(await tenant.hire('jonas'), connection);
    const joined = (await members()).items.map(({ userId }) => userId);
    expect(joined).toContain(id.sub);
    expect((await directory<{ items: User[] }>('GET', found)).items).toMatchObject([{ userId: guest.id.sub }]);
  });
}
