import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { canary, type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';

const ofEntraOnly = {
  entraDomain: 'contoso.example',
  authority: 'https://login.microsoftonline.com',
  useCommonEndpoint: true,
  allowedTenants: [tenants['contoso.example']],
  extendedProfile: true,
  getUserGroups: true,
  backgroundGroups: true,
};
const ofOidcOnly = { issuer: 'https://idp.example', identityType: 'enterprise' };
const ofCompanies = { homeRealmDomains: ['contoso.example'], trustScope: 'any' };
/** What the service alone decides. */
const ofNobody = {
  ...{ connectionId: 'conn_01jd3m0000000000000000000b', revision: 7, state: 'enabled', tenantId: tenants['x'] ?? 'x' },
  ...{ graphOrigin: 'https://evil.example', callbackUrl: 'https://evil.example', configHash: 'f00', enabling: {} },
  ...{ proofs: [], credentials: [], warnings: [], createdAt: '2020-01-01T00:00:00Z', role: 'admin', id: 'x', iss: 'x' },
};
const others = ['linkedin', 'github', 'microsoft'] as const;

describe('social connections', () => {
  let registry: RunningRegistry;
  let made = 0;
  const least = (strategy: string, more: object = {}) => ({
    ...{ strategy, name: `social${++made}`, displayName: 'Somebody', clientId: 'homerealm.apps.example' },
    clientSecret: `${canary}${made}`,
    ...(strategy === 'oidc' && { issuer: 'https://idp.example/realms/One' }),
    ...more,
  });
  const create = (strategy: string, more?: object) => registry.ask('POST', '/connections', least(strategy, more));
  const made201 = async (strategy: string, more?: object) => {
    const answer = await create(strategy, more);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as { connectionId: string };
  };
  const told = ({ body }: { body: Record<string, unknown> }): string[] =>
    ((body['errors'] ?? [body]) as { field: string; code: string }[])
      .map(({ field, code }) => `${field} ${code}`)
      .sort();

  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    const settings = { SOCIAL_ISSUERS: 'github=https://localhost:4999/github' };
    const databaseUrl = await createDatabase('social');
    registry = await startRegistry({ databaseUrl, certificate, ca: ca.caPem, settings });
  });
  afterAll(() => registry.close());

  it.each([
    ['google', 'https://accounts.google.com', true],
    ['linkedin', 'https://www.linkedin.com/oauth', false],
    ['github', 'https://localhost:4999/github', false],
    ['microsoft', 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', false],
    ['oidc', 'https://idp.example/realms/One', false],
  ])('%s has the issuer %s and is trusted by default: %s', async (strategy, issuer, trustedProvider) => {
    const body = await made201(strategy);
    const defaults = {
      ...{ organizationId: null, homeRealmDomains: [], alwaysShowButton: false, trustScope: 'home-realm' },
      ...{ syncProfile: 'inherit', createUsers: false, autoJoinOrganization: false, upstreamParams: {} },
      ...{ enabledApplications: null, identityType: 'social', state: 'draft', revision: 1 },
    };
    expect(body).toMatchObject({ ...defaults, strategy, issuer, trustedProvider, clientId: 'homerealm.apps.example' });
    for (const field of [...Object.keys(ofEntraOnly), 'tenantId', 'graphOrigin', 'clientSecret']) {
      expect(body).not.toHaveProperty(field);
    }
    expect((await registry.ask('GET', `/connections/${body.connectionId}`)).body).toEqual(body);
    const [, state] = (await registry.eventsOf(body.connectionId, 3))
      .sort((one, other) => (one.type < other.type ? -1 : 1))
      .slice(1);
    expect(state).toMatchObject({ type: 'SocialConnectionState', data: { strategy, issuer, trustedProvider } });
  });

  it('takes an oidc connection of a company whole, and changes it', async () => {
    const given = {
      ...{ organizationId: 'org_01jd3m0000000000000000000c', issuer: 'https://IDP.Contoso.example:443/' },
      ...{ identityType: 'enterprise', homeRealmDomains: ['@SSO.Contoso.Example.'], trustedProvider: true },
      ...{ autoJoinOrganization: true, createUsers: true, syncProfile: 'on', trustScope: 'home-realm' },
      upstreamParams: { login_hint: { alias: 'login_hint' } },
    };
    const { connectionId } = await made201('oidc', given);
    const patch = (change: object) => registry.ask('PATCH', `/connections/${connectionId}`, change);
    const stored = { issuer: 'https://idp.contoso.example/', homeRealmDomains: ['sso.contoso.example'] };
    expect((await registry.ask('GET', `/connections/${connectionId}`)).body).toMatchObject({ ...given, ...stored });
    expect(
      await patch({ issuer: 'https://idp2.contoso.example', trustedProvider: null, identityType: 'enterprise' }),
    ).toMatchObject({
      status: 200,
      body: { revision: 2, issuer: 'https://idp2.contoso.example', trustedProvider: false },
    });
    expect(await patch({ identityType: 'social' })).toMatchObject({
      status: 422,
      body: { code: 'request.invalid' },
    });
    expect(await patch({ identityType: null, homeRealmDomains: [] })).toMatchObject({
      status: 422,
      body: { code: 'connection.identity-type-immutable', field: 'identityType' },
    });
    expect(await patch({ strategy: 'google' })).toMatchObject({
      status: 422,
      body: { code: 'connection.strategy-immutable', field: 'strategy' },
    });
    expect(told(await patch({ tenantId: 'x', entraDomain: 'contoso.example' }))).toEqual([
      'entraDomain connection.field-not-of-strategy',
      'tenantId request.unknown-field',
    ]);
  });

  it.each([
    [
      'an issuer of its own',
      'google',
      { issuer: 'https://evil.example' },
      'issuer',
      'connection.field-not-of-strategy',
    ],
    [
      'enterprise accounts',
      'google',
      { identityType: 'enterprise' },
      'identityType',
      'connection.field-not-of-strategy',
    ],
    [
      'domains that lead to it',
      'google',
      { homeRealmDomains: [] },
      'homeRealmDomains',
      'connection.field-not-of-strategy',
    ],
    ['a tenant', 'microsoft', { entraDomain: 'x.example' }, 'entraDomain', 'connection.field-not-of-strategy'],
    [
      'domains that lead to social accounts',
      'oidc',
      { homeRealmDomains: ['a.example'] },
      'homeRealmDomains',
      'connection.home-realm-not-allowed',
    ],
    ['no issuer', 'oidc', { issuer: undefined }, 'issuer', 'request.missing-field'],
    ['an issuer without TLS', 'oidc', { issuer: 'http://idp.example' }, 'issuer', 'connection.issuer-invalid'],
    ['an issuer with a query', 'oidc', { issuer: 'https://idp.example?x' }, 'issuer', 'connection.issuer-invalid'],
    ['an issuer with a user', 'oidc', { issuer: 'https://u@idp.example' }, 'issuer', 'connection.issuer-invalid'],
    ['an empty client id', 'google', { clientId: '' }, 'clientId', 'request.invalid-field'],
    ['a client id with a line end', 'google', { clientId: 'a\nb' }, 'clientId', 'request.invalid-field'],
    ['an empty secret', 'google', { clientSecret: '' }, 'clientSecret', 'connection.secret-empty'],
    [
      'a reserved parameter',
      'google',
      { upstreamParams: { scope: { value: 'x' } } },
      'upstreamParams.scope',
      'connection.upstream-param-reserved',
    ],
    [
      'no organization to join',
      'google',
      { autoJoinOrganization: true },
      'autoJoinOrganization',
      'connection.organization-required',
    ],
    ['a strategy that nobody knows', 'okta', {}, 'strategy', 'request.invalid-field'],
  ])('refuses %s', async (_, strategy, given, field, code) => {
    const answer = await create(strategy, given);
    expect(told(answer)).toEqual([`${field} ${code}`]);
    expect([400, 422]).toContain(answer.status);
  });

  it('refuses every field of another family by its own name, in one answer', async () => {
    for (const strategy of ['google', ...others]) {
      const wrong = { ...ofEntraOnly, ...ofOidcOnly, ...ofCompanies };
      expect(told(await create(strategy, wrong))).toEqual(
        Object.keys(wrong)
          .map((field) => `${field} connection.field-not-of-strategy`)
          .sort(),
      );
    }
    expect(told(await create('oidc', ofEntraOnly))).toEqual(
      Object.keys(ofEntraOnly)
        .map((field) => `${field} connection.field-not-of-strategy`)
        .sort(),
    );
    expect(told(await registry.ask('POST', '/connections', registry.least(ofOidcOnly)))).toEqual(
      Object.keys(ofOidcOnly)
        .map((field) => `${field} connection.field-not-of-strategy`)
        .sort(),
    );
  });

  it.each(['google', 'linkedin', 'github', 'microsoft', 'oidc', 'entra-oauth2'])(
    'A41: takes nothing over from the body of a %s connection that the service alone decides',
    async (strategy) => {
      const body = strategy === 'entra-oauth2' ? registry.least() : least(strategy);
      const created = await registry.ask('POST', '/connections', { ...body, ...ofNobody });
      expect(created.status).toBe(400);
      expect(told(created)).toEqual(
        Object.keys(ofNobody)
          .map((field) => `${field} request.unknown-field`)
          .sort(),
      );
      // A change may name the connection it is about, if it names the right one; here it does not.
      const unknown = Object.keys(ofNobody).filter((field) => field !== 'connectionId');
      const { connectionId } = (await registry.ask('POST', '/connections', body)).body as { connectionId: string };
      const changed = await registry.ask('PATCH', `/connections/${connectionId}`, ofNobody);
      expect(told(changed)).toEqual(
        ['connectionId connection.id-immutable', ...unknown.map((field) => `${field} request.unknown-field`)].sort(),
      );
      expect((await registry.ask('GET', `/connections/${connectionId}`)).body).toMatchObject({
        revision: 1,
        state: 'draft',
      });
    },
  );

  it('lets a GUID be a secret where it is no secret’s id', async () => {
    await made201('oidc', { clientSecret: '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c' });
  });

  describe('A28: a home realm domain has one owner', () => {
    const [one, other] = ['org_01jd3m0000000000000000000d', 'org_01jd3m0000000000000000000e'];
    const ofCompany = (organizationId: string | undefined, domain: string) =>
      least('oidc', { organizationId, identityType: 'enterprise', homeRealmDomains: [domain] });

    it('A28: two organizations that claim it at the same moment, in any spelling and through any strategy: one gets it', async () => {
      const spellings = ['claimed.example', '@CLAIMED.example', 'claimed.example.', 'Claimed.Example'];
      const answers = await Promise.all(
        spellings.flatMap((domain) => [
          registry.ask('POST', '/connections', ofCompany(one, domain)),
          registry.ask('POST', '/connections', registry.least({ organizationId: other, homeRealmDomains: [domain] })),
        ]),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
      const { body } = await registry.ask('GET', '/connections?homeRealmDomain=claimed.example');
      expect(body['items']).toHaveLength(1);
    });

    it('A28: the second organization cannot take it over by a change, and is told nothing of the first', async () => {
      const owner = await registry.ask('POST', '/connections', ofCompany(one, 'owned.example'));
      const { connectionId } = (await registry.ask('POST', '/connections', ofCompany(other, 'mine.example'))).body as {
        connectionId: string;
      };
      const taken = await registry.ask('PATCH', `/connections/${connectionId}`, {
        homeRealmDomains: ['owned.example'],
      });
      expect(taken).toMatchObject({ status: 409, body: { code: 'connection.domain-taken' } });
      for (const secret of [owner.body['connectionId'], owner.body['name'], one])
        expect(taken.text).not.toContain(secret);
    });

    it.each([
      ['a subdomain is another domain', 'mail.owned.example', 201],
      ['the A-label is the domain', 'xn--bcher-kva.example', 409],
      ['capitals are the domain', 'BÜCHER.EXAMPLE', 409],
      ['a dot at the end is the domain', 'bücher.example.', 409],
      ['a letter of another script is no domain', 'bücheг.example', 400],
    ])('A29: %s', async (_, domain, status) => {
      await registry.ask('POST', '/connections', ofCompany(one, 'bücher.example'));
      expect(await registry.ask('POST', '/connections', ofCompany(other, domain))).toMatchObject({ status });
    });
  });
});
