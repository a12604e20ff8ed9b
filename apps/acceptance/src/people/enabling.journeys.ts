import { randomUUID } from 'node:crypto';
import type { Connection, Employee } from './company.js';
import { OwnTenant, type Problem } from './own-tenant.js';
import type { World } from './world.js';

const secret = 'sim8Q~enabling-of-a-journey-not-for-production';
const password = 'Enabling-demo-1';

/** From a draft to an enabled connection: the set-up at the company, the test, the states. */
export function connectionStates(world: () => World): void {
  let tenant: OwnTenant;
  beforeAll(async () => {
    tenant = await OwnTenant.establish(world(), 'enabling', secret);
  });
  /** Somebody who can type a password: a test sign-in knows nobody's name. */
  const hire = (name: string, fields: object = {}): Promise<Employee> => tenant.hire(name, { password, ...fields });

  it('a draft signs nobody in; only what was tested is enabled, or an override is recorded', async () => {
    const connection = await tenant.make('enabling-states', { createUsers: true });
    const home = `/connections/${connection.connectionId}`;
    const olga = await hire('olga');
    await tenant.refusedSoon(olga, connection, 'connection.not-enabled');
    const enable = (body: object = {}) => world().tryRegistry<Connection & Problem>('POST', `${home}/enable`, body);
    expect(await enable()).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
    expect(await enable({ override: true })).toMatchObject({ body: { code: 'connection.reason-required' } });
    expect(await tenant.test(connection, olga, password)).toMatchObject({ state: 'passed' });

    const renamed = await tenant.edit(connection, { displayName: 'States', alwaysShowButton: true });
    expect(renamed.configHash).toBe(connection.configHash);
    const other = await tenant.edit(connection, { getUserGroups: true });
    expect(other.configHash).not.toBe(connection.configHash);
    expect(await enable()).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
    await tenant.test(connection, olga, password);
    expect(await enable()).toMatchObject({ body: { state: 'enabled', enabling: { override: false } } });
    await tenant.signInSoon(olga, connection);

    const untested = await tenant.edit(connection, { getUserGroups: false, extendedProfile: true });
    expect(untested.warnings).toMatchObject([{ code: 'connection.not-tested' }]);
    await world().registry('POST', `${home}/disable`);
    await tenant.refusedSoon(olga, connection, 'connection.not-enabled');
    expect(await enable()).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
    const reason = 'the customer waits';
    const { body } = await enable({ override: true, reason });
    const by = world().system.admin.clientId;
    expect(body.enabling).toMatchObject({ override: true, reason, by, configHash: untested.configHash });
    await tenant.signInSoon(olga, connection);
  });

  it('the company’s admin gets a set-up pack with its values, and a test run shows what is missing', async () => {
    const asked = { getUserGroups: true, backgroundGroups: true };
    const connection = await tenant.make('enabling-pack', asked);
    const setUp = `/connections/${connection.connectionId}/setup`;
    type Pack = {
      redirectUri: string;
      manifest: { web: object; groupMembershipClaims: string };
      commands: string[];
      adminConsentUrl: string;
      items: { item: string; state: string }[];
    };
    const pack = await world().registry<Pack>('GET', setUp);
    expect(pack.manifest).toMatchObject({ web: { redirectUris: [connection.callbackUrl] } });
    expect(pack.manifest.groupMembershipClaims).toBe('SecurityGroup');
    const script = pack.commands.join('\n');
    for (const value of [tenant.tenantId, tenant.clientId, connection.callbackUrl, 'admin-consent', 'xms_edov'])
      expect(script).toContain(value);
    const consent = new URL(pack.adminConsentUrl);
    expect(consent.origin + consent.pathname).toBe(
      `${world().system.urls.simulator}/${tenant.tenantId}/v2.0/adminconsent`,
    );
    expect(consent.searchParams.get('client_id')).toBe(tenant.clientId);
    const token = await world().management.accessToken();
    const text = await fetch(`${world().system.urls.registry}${setUp}.md`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await text.text()).toContain(script);
    expect(new Set(pack.items.map(({ state }) => state))).toEqual(new Set(['unknown']));

    const names = { givenName: 'Paul', surname: 'Roth' };
    const paul = await hire('paul', { ...names, emailDomainOwnerVerified: true, groups: [randomUUID()] });
    const states = async () => {
      await tenant.test(connection, paul, password);
      const { items } = await world().registry<Pack>('GET', setUp);
      return Object.fromEntries(items.map(({ item, state }) => [item, state]));
    };
    await tenant.register({ consent: 'admin' });
    expect(await states()).toMatchObject({ 'graph-consent': 'missing', 'optional-claims': 'unknown' });
    await tenant.register({ consent: 'granted', groupMembershipClaims: 'None' });
    expect(await states()).toEqual({
      ...{ 'redirect-uri': 'there', credential: 'there', 'graph-consent': 'there' },
      ...{ 'optional-claims': 'missing', 'groups-claim': 'unknown' },
    });
    const optionalClaims = ['acct', 'email', 'family_name', 'given_name', 'xms_edov'];
    await tenant.register({ groupMembershipClaims: 'SecurityGroup', optionalClaims });
    expect(await states()).toMatchObject({ 'optional-claims': 'there', 'groups-claim': 'there' });
  });
}
