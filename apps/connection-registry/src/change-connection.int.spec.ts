import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { override, type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';

describe('connection-registry', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    registry = await startRegistry({ databaseUrl: await createDatabase('registry'), certificate, ca: ca.caPem });
  });
  afterAll(() => registry.close());

  const patch = (id: string, body: unknown, headers?: Record<string, string>) =>
    registry.ask('PATCH', `/connections/${id}`, body, headers);

  describe('changing', () => {
    it('changes what is given, keeps what is not, and takes null for the default', async () => {
      const { connectionId } = await registry.create({
        homeRealmDomains: ['keep.example'],
        syncProfile: 'on',
        createUsers: true,
      });
      const changed = await patch(connectionId, { displayName: 'New', createUsers: null, organizationId: null });
      expect(changed).toMatchObject({
        status: 200,
        body: {
          revision: 2,
          displayName: 'New',
          createUsers: false,
          syncProfile: 'on',
          homeRealmDomains: ['keep.example'],
        },
      });
      expect(changed.headers.get('etag')).toBe('"2"');
      expect((await patch(connectionId, { homeRealmDomains: null })).body).toMatchObject({
        homeRealmDomains: [],
        revision: 3,
      });
      await registry.create({ homeRealmDomains: ['keep.example'] });
    });

    it('makes no revision of a change of nothing', async () => {
      const { connectionId } = await registry.create({ upstreamParams: { z: { value: '1' }, aa: { value: '2' } } });
      const same = { displayName: 'Contoso', upstreamParams: { aa: { value: '2' }, z: { value: '1' } } };
      expect((await patch(connectionId, same)).body).toMatchObject({ revision: 1 });
    });

    it.each([
      [{ strategy: 'google' }, 422, 'connection.strategy-immutable', 'strategy'],
      [{ connectionId: 'conn_01jd3m0000000000000000000b' }, 422, 'connection.id-immutable', 'connectionId'],
      [{ name: null }, 400, 'request.invalid-field', 'name'],
      [{ clientSecret: null }, 400, 'request.invalid-field', 'clientSecret'],
      [{ revision: 9 }, 400, 'request.unknown-field', 'revision'],
      [{ autoJoinOrganization: true }, 422, 'connection.organization-required', 'autoJoinOrganization'],
      [{ authority: 'https://evil.example' }, 422, 'connection.authority-not-allowed', 'authority'],
      [{ entraDomain: 'nobody.example' }, 422, 'connection.tenant-not-found', 'entraDomain'],
      [{ clientSecret: '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c' }, 422, 'connection.secret-is-id', 'clientSecret'],
    ])('refuses %j and keeps everything', async (change, status, code, field) => {
      const { connectionId } = await registry.create();
      expect(await patch(connectionId, change)).toMatchObject({ status, body: { code, field } });
      expect((await registry.ask('GET', `/connections/${connectionId}`)).body).toMatchObject({ revision: 1 });
    });

    it('judges a change together with what is stored', async () => {
      const { connectionId } = await registry.create({
        useCommonEndpoint: true,
        allowedTenants: [tenants['contoso.example']],
      });
      expect(await patch(connectionId, { allowedTenants: [] })).toMatchObject({
        status: 422,
        body: { code: 'connection.tenants-required' },
      });
      expect(await patch(connectionId, { allowedTenants: [], useCommonEndpoint: false })).toMatchObject({
        status: 200,
      });
    });

    it('looks the tenant up again when the domain changes', async () => {
      const { connectionId } = await registry.create();
      expect((await patch(connectionId, { entraDomain: 'fabrikam.example' })).body).toMatchObject({
        tenantId: tenants['fabrikam.example'],
      });
    });

    it('changes only the revision that the caller saw', async () => {
      const { connectionId } = await registry.create();
      expect(await patch(connectionId, { displayName: 'a' }, { 'if-match': '"1"' })).toMatchObject({ status: 200 });
      expect(await patch(connectionId, { displayName: 'b' }, { 'if-match': '"1"' })).toMatchObject({
        status: 409,
        body: { code: 'connection.revision-conflict', field: 'If-Match' },
      });
      expect(await patch(connectionId, { displayName: 'b' }, { 'if-match': 'nonsense' })).toMatchObject({
        status: 400,
      });
      expect(
        await registry.ask('DELETE', `/connections/${connectionId}`, undefined, { 'if-match': '"1"' }),
      ).toMatchObject({ status: 409 });
    });

    it('loses no change when many arrive at once', async () => {
      const { connectionId } = await registry.create();
      const names = Array.from({ length: 8 }, (_, index) => `Name ${index}`);
      const answers = await Promise.all(names.map((displayName) => patch(connectionId, { displayName })));
      expect(answers.map(({ body }) => body['revision']).sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    });
  });

  describe('state', () => {
    const enable = (id: string, body: unknown = override) => registry.ask('POST', `/connections/${id}/enable`, body);

    it('enables only with a test or a recorded override', async () => {
      const { connectionId } = await registry.create();
      expect(await enable(connectionId, {})).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
      expect(await enable(connectionId, { override: true })).toMatchObject({
        status: 400,
        body: { code: 'connection.reason-required', field: 'reason' },
      });
      const enabled = await enable(connectionId);
      expect(enabled).toMatchObject({
        status: 200,
        body: {
          state: 'enabled',
          revision: 2,
          enabling: { override: true, reason: 'first customer', by: 'console for ada' },
        },
      });
      expect((enabled.body['enabling'] as { configHash: string }).configHash).toBe(enabled.body['configHash']);
      expect((await enable(connectionId)).body).toMatchObject({ revision: 2 });
      expect((await patch(connectionId, { getUserGroups: true })).body['configHash']).not.toBe(
        enabled.body['configHash'],
      );
      const recorded = await registry.database.query(
        'SELECT action, made_by, reason, changed FROM change WHERE subject = $1 ORDER BY revision',
        [connectionId],
      );
      expect(recorded).toMatchObject([
        { action: 'ConnectionCreated', made_by: 'console for ada' },
        { action: 'ConnectionEnabled', reason: 'first customer' },
        { action: 'ConnectionChanged', changed: ['getUserGroups'], reason: null },
      ]);
    });

    it('disables, and enables again', async () => {
      const { connectionId } = await registry.create();
      const disable = () => registry.ask('POST', `/connections/${connectionId}/disable`);
      expect(await disable()).toMatchObject({ status: 409, body: { code: 'connection.not-enabled' } });
      await enable(connectionId);
      expect(await disable()).toMatchObject({ status: 200, body: { state: 'disabled', revision: 3 } });
      expect(await disable()).toMatchObject({ status: 200, body: { revision: 3 } });
      expect(await enable(connectionId)).toMatchObject({ status: 200, body: { state: 'enabled', revision: 4 } });
    });

    it('deletes, and frees domain and name', async () => {
      const { connectionId } = await registry.create({ name: 'gone', homeRealmDomains: ['gone.example'] });
      expect(await registry.ask('DELETE', `/connections/${connectionId}`)).toMatchObject({ status: 204, text: '' });
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['GET', '/credentials'],
        ['POST', '/disable'],
      ] as const) {
        const answer = await registry.ask(method, `/connections/${connectionId}${path}`);
        expect(answer).toMatchObject({ status: 404, body: { code: 'connection.not-found' } });
      }
      await registry.create({ name: 'Gone', homeRealmDomains: ['gone.example'] });
    });

    it.each(['nonsense', 'conn_x', '%00', 'conn_01jd3m0000000000000000000z'])('knows no connection %s', async (id) => {
      expect(await registry.ask('GET', `/connections/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'connection.not-found' },
      });
    });
  });
});
