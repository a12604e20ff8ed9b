import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { clientId, type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';

describe('connection-registry', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    registry = await startRegistry({ databaseUrl: await createDatabase('registry'), certificate, ca: ca.caPem });
  });
  afterAll(() => registry.close());

  describe('creating', () => {
    it('stores every field and answers with all of them but the secret', async () => {
      const fields = {
        name: 'Every.field_1',
        displayName: 'Every field',
        organizationId: 'org_01jd3m0000000000000000000c',
        entraDomain: 'Fabrikam.Example',
        useCommonEndpoint: true,
        allowedTenants: ['7A2D3B45-9E6F-4C8B-8D21-3E4F5A6B7C8D'],
        homeRealmDomains: ['@Every.Example.', 'bücher.example'],
        alwaysShowButton: true,
        extendedProfile: true,
        getUserGroups: true,
        backgroundGroups: true,
        trustedProvider: true,
        syncProfile: 'off',
        createUsers: true,
        autoJoinOrganization: true,
        upstreamParams: { prompt: { value: 'select_account' }, login_hint: { alias: 'login_hint' } },
        enabledApplications: ['app_demo'],
        clientSecretExpiresAt: '2099-01-01T00:00:00.000Z',
      };
      const { status, body, headers } = await registry.ask('POST', '/connections', registry.least(fields));
      expect(status).toBe(201);
      const { connectionId } = body as { connectionId: string };
      expect(body).toMatchObject({
        ...fields,
        ...{ revision: 1, state: 'draft', strategy: 'entra-oauth2', clientId: clientId.toLowerCase() },
        ...{ entraDomain: 'fabrikam.example', tenantId: tenants['fabrikam.example'] },
        allowedTenants: ['7a2d3b45-9e6f-4c8b-8d21-3e4f5a6b7c8d'],
        homeRealmDomains: ['every.example', 'xn--bcher-kva.example'],
        ...{ authority: registry.authority.origin, graphOrigin: 'https://graph.example', trustScope: 'home-realm' },
        callbackUrl: `${registry.issuer}/login/callback/${connectionId}`,
        enabling: null,
        warnings: [],
      });
      expect(body).not.toHaveProperty('clientSecret');
      expect(headers.get('location')).toBe(`/connections/${connectionId}`);
      expect(headers.get('etag')).toBe('"1"');
      const read = await registry.ask('GET', `/connections/${connectionId}`);
      expect(read.body).toEqual(body);
      expect(read.headers.get('etag')).toBe('"1"');
    });

    it('gives every field that is left out its default', async () => {
      expect(await registry.create()).toMatchObject({
        ...{ organizationId: null, useCommonEndpoint: false, allowedTenants: [], homeRealmDomains: [] },
        ...{ alwaysShowButton: false, extendedProfile: false, getUserGroups: false, backgroundGroups: false },
        ...{ trustedProvider: false, trustScope: 'home-realm', syncProfile: 'inherit', createUsers: false },
        ...{ autoJoinOrganization: false, upstreamParams: {}, enabledApplications: null, clientSecretExpiresAt: null },
      });
    });

    it('takes a tenant GUID without asking anybody', async () => {
      const before = registry.authority.asked.length;
      const guid = '6F1C2A34-8D5E-4B7A-9C10-2D3E4F5A6B7C';
      expect(await registry.create({ entraDomain: guid })).toMatchObject({
        tenantId: guid.toLowerCase(),
        entraDomain: guid.toLowerCase(),
      });
      expect(registry.authority.asked).toHaveLength(before);
    });

    it.each([
      ['an unknown field', { surprise: 1 }, 400, 'request.unknown-field', 'surprise'],
      ['no name', { name: undefined }, 400, 'request.missing-field', 'name'],
      ['a name with blanks', { name: 'a b' }, 400, 'request.invalid-field', 'name'],
      ['a name that starts with a dot', { name: '.a' }, 400, 'request.invalid-field', 'name'],
      ['a name of 65 characters', { name: 'a'.repeat(65) }, 400, 'request.invalid-field', 'name'],
      ['an empty display name', { displayName: ' ' }, 400, 'request.invalid-field', 'displayName'],
      ['a display name of 81 characters', { displayName: 'a'.repeat(81) }, 400, 'request.invalid-field', 'displayName'],
      ['a NUL in the display name', { displayName: 'a\u0000b' }, 400, 'request.invalid-field', 'displayName'],
      ['a lone surrogate', { displayName: 'a\ud800' }, 400, 'request.invalid-field', 'displayName'],
      ['a client id that is no GUID', { clientId: 'my-app' }, 400, 'request.invalid-field', 'clientId'],
      [
        'a secret that is a GUID',
        { clientSecret: tenants['contoso.example'] },
        422,
        'connection.secret-is-id',
        'clientSecret',
      ],
      ['an empty secret', { clientSecret: '' }, 400, 'connection.secret-empty', 'clientSecret'],
      ['a blank secret', { clientSecret: '  ' }, 400, 'connection.secret-empty', 'clientSecret'],
      ['a secret with a line end', { clientSecret: 'abc\n' }, 400, 'connection.secret-malformed', 'clientSecret'],
      [
        'an expired secret',
        { clientSecretExpiresAt: '2020-01-01T00:00:00Z' },
        422,
        'connection.secret-expired',
        'clientSecretExpiresAt',
      ],
      ['no such strategy', { strategy: 'okta' }, 400, 'request.invalid-field', 'strategy'],
      [
        'another authority',
        { authority: 'https://evil.example' },
        422,
        'connection.authority-not-allowed',
        'authority',
      ],
      [
        'the default authority, not listed here',
        { authority: undefined },
        422,
        'connection.authority-not-allowed',
        'authority',
      ],
      ['no such tenant', { entraDomain: 'nobody.example' }, 422, 'connection.tenant-not-found', 'entraDomain'],
      ['a word for a tenant', { entraDomain: 'common' }, 400, 'connection.entra-domain-invalid', 'entraDomain'],
      [
        'an authority that fails',
        { entraDomain: 'broken.example' },
        502,
        'connection.authority-unreachable',
        'authority',
      ],
      [
        'an authority that is not there',
        { authority: 'https://127.0.0.1:1' },
        502,
        'connection.authority-unreachable',
        'authority',
      ],
      ['no domain', { homeRealmDomains: ['a.example', 'x y'] }, 400, 'connection.domain-invalid', 'homeRealmDomains.1'],
      [
        'the common endpoint for all',
        { useCommonEndpoint: true },
        422,
        'connection.tenants-required',
        'allowedTenants',
      ],
      [
        'trust in all at the common endpoint',
        { useCommonEndpoint: true, allowedTenants: [tenants['contoso.example']], trustScope: 'any' },
        422,
        'connection.trust-scope-not-allowed',
        'trustScope',
      ],
      [
        'no organization to join',
        { autoJoinOrganization: true },
        422,
        'connection.organization-required',
        'autoJoinOrganization',
      ],
      [
        'an organization id of another form',
        { organizationId: 'contoso' },
        400,
        'request.invalid-field',
        'organizationId',
      ],
      [
        'a reserved parameter',
        { upstreamParams: { redirect_uri: { value: 'x' } } },
        422,
        'connection.upstream-param-reserved',
        'upstreamParams.redirect_uri',
      ],
      [
        'an alias that is not on the list',
        { upstreamParams: { x: { alias: 'state' } } },
        400,
        'request.invalid-field',
        'upstreamParams.x',
      ],
      ['a read-only field', { callbackUrl: 'https://evil.example' }, 400, 'request.unknown-field', 'callbackUrl'],
      ['a state', { state: 'enabled' }, 400, 'request.unknown-field', 'state'],
    ])('refuses %s', async (_, given, status, code, field) => {
      const body = registry.least(given);
      const answer = await registry.ask('POST', '/connections', body);
      expect(answer).toMatchObject({ status, body: { code, field, status } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const stored = await registry.database.query('SELECT 1 FROM connection WHERE name_key = $1', [
        String(body['name'] ?? '').toLowerCase(),
      ]);
      expect(stored).toEqual([]);
    });

    it('tells all problems of a body together', async () => {
      const body = {
        ...registry.least(),
        name: '',
        clientSecret: tenants['contoso.example'],
        authority: 'https://evil.example',
      };
      const { status, body: problem } = await registry.ask('POST', '/connections', {
        ...{ ...body, surprise: 1, homeRealmDomains: ['x y'], autoJoinOrganization: true },
        displayName: undefined,
      });
      expect(status).toBe(400);
      expect(problem).toMatchObject({ code: 'request.invalid' });
      const told = (problem['errors'] as { field: string; code: string; says: string }[]).map(
        ({ field, code }) => `${field} ${code}`,
      );
      expect(told.sort()).toEqual([
        'authority connection.authority-not-allowed',
        'autoJoinOrganization connection.organization-required',
        'clientSecret connection.secret-is-id',
        'displayName request.missing-field',
        'homeRealmDomains.0 connection.domain-invalid',
        'name request.invalid-field',
        'surprise request.unknown-field',
      ]);
    });

    it.each(['', '{', 'null', '[]', '"x"', '{"__proto__":{"x":1}}'])('refuses the body %j', async (body) => {
      const answer = await registry.ask('POST', '/connections', body, { 'content-type': 'application/json' });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    });

    it.each([
      ...['taken.example', 'TAKEN.example', '@taken.example', 'taken.example.', ' taken.example '],
      ...['tåken.example', 'TÅKEN.Example', 'xn--tken-qoa.example', 'ta\u030aken.example'],
    ])('refuses the domain %j when another connection has it, and does not say which', async (domain) => {
      const owner = await registry.ask('GET', '/connections?homeRealmDomain=taken.example');
      if ((owner.body['items'] as unknown[]).length === 0) {
        await registry.create({ name: 'its-owner', homeRealmDomains: ['taken.example', 'tåken.example'] });
      }
      const answer = await registry.ask(
        'POST',
        '/connections',
        registry.least({ homeRealmDomains: ['free.example', domain] }),
      );
      expect(answer).toMatchObject({
        status: 409,
        body: {
          code: 'connection.domain-taken',
          field: 'homeRealmDomains',
          detail: expect.stringMatching(/^(taken|xn--tken-qoa)\.example: /),
        },
      });
      expect(answer.text).not.toContain('its-owner');
      expect(answer.text).not.toContain('conn_');
    });

    it('refuses a name somebody has, in any case', async () => {
      await registry.create({ name: 'UniqueName' });
      const answer = await registry.ask('POST', '/connections', registry.least({ name: 'uniquename' }));
      expect(answer).toMatchObject({ status: 409, body: { code: 'connection.name-taken', field: 'name' } });
    });

    it('lets exactly one of many have a domain they ask for at the same moment', async () => {
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          registry.ask(
            'POST',
            '/connections',
            registry.least({ homeRealmDomains: [index % 2 ? 'race.example' : '@RACE.example.'] }),
          ),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
      const refused = answers.filter(({ status }) => status === 409);
      for (const { body } of refused)
        expect(body).toMatchObject({ code: 'connection.domain-taken', field: 'homeRealmDomains' });
    });
  });
});
