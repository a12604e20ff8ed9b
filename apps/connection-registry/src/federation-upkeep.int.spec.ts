import type { CredentialResponse, FederationSetupResponse, TestReport } from '@homerealm/contracts';
import { signingCertificate } from './fixtures/federation-metadata.js';
import {
  clientId,
  entityIdOf,
  type Federation,
  type FederationUnderTest,
  metadataPath,
  otherTenantId,
  startFederationUnderTest,
  tenantId,
} from './fixtures/federation-under-test.js';
import { canary, override, type RunningRegistry, startRegistry } from './fixtures/running-registry.js';
import { RefreshDue } from './use-cases/federation/refresh-due.js';
import { TellCertificatesEnding } from './use-cases/federation/tell-certificates-ending.js';
import { ProbeDue } from './use-cases/upkeep/probe-due.js';

const day = 86_400_000;

describe('the care for WS-Federation and SAML connections', () => {
  let test: FederationUnderTest;
  let second: RunningRegistry;
  let renewed: string;

  beforeAll(async () => {
    test = await startFederationUnderTest('federation_upkeep');
    second = await startRegistry(test.options);
    renewed = await signingCertificate(new Date(Date.now() + 700 * day));
  });
  const publish = (...certificates: string[]) =>
    test.authority.documents.set(metadataPath(tenantId), { body: test.ofTenant(tenantId, { certificates }) });
  beforeEach(() => publish(test.certificate));
  afterAll(async () => {
    await second.close();
    await test.close();
  });

  const post = (connectionId: string, path: string, body?: object) =>
    test.registry.ask('POST', `/connections/${connectionId}/${path}`, body);
  const refresh = (connectionId: string) => post(connectionId, 'metadata/refresh');
  const certificatesOf = ({ provider }: Federation) => provider.certificates.length;
  const due = (of: RunningRegistry) => of.service.app.get(RefreshDue).execute();
  /** Makes it this connection's turn, and nobody else's. */
  const isDue = async (connectionId: string) => {
    await test.registry.database.query(
      `INSERT INTO metadata_turn (connection_id, due_at) SELECT connection_id, now() + interval '1 hour' FROM connection
       ON CONFLICT (connection_id) DO UPDATE SET due_at = EXCLUDED.due_at`,
    );
    const sql = `UPDATE metadata_turn SET due_at = now() - interval '1 minute' WHERE connection_id = $1`;
    await test.registry.database.query(sql, [connectionId]);
  };
  const toldOf = async (connectionId: string, type: string, count: number) =>
    (await test.registry.eventsOf(connectionId, count)).flatMap((event) => (event.type === type ? [event.data] : []));

  describe('a rollover', () => {
    it('needs nobody: the new certificate is there beside the old one, and the configuration is what was tested', async () => {
      const made = await test.create({ strategy: 'entra-wsfed', entraDomain: tenantId });
      publish(test.certificate, renewed);
      await isDue(made.connectionId);
      expect(await due(test.registry)).toBe(1);
      const both = await test.read(made.connectionId);
      expect(certificatesOf(both)).toBe(2);
      expect(both).toMatchObject({ revision: 2, configHash: made.configHash, provider: { source: 'authority' } });
      publish(renewed);
      expect((await refresh(made.connectionId)).body).toMatchObject({ revision: 3, configHash: made.configHash });
      expect((await refresh(made.connectionId)).body).toMatchObject({ revision: 3 });
      const told = await toldOf(made.connectionId, 'ProviderMetadataRead', 3 + 3 + 3);
      expect(told).toMatchObject([
        { revision: 2, outcome: 'changed', code: null },
        { revision: 3, outcome: 'changed' },
      ]);
      expect(await toldOf(made.connectionId, 'ConnectionChanged', 9)).toMatchObject([
        { changed: ['provider'] },
        { changed: ['provider'] },
      ]);
    });

    it('keeps to the certificates that are pinned, as long as one of them is there', async () => {
      publish(test.certificate, renewed);
      const made = await test.create({ entraDomain: tenantId });
      const pins = made.provider.certificates.map(({ thumbprintSha256 }) => thumbprintSha256);
      await test.patch(made.connectionId, { pinnedCertificates: pins });
      publish(renewed, await signingCertificate());
      expect((await refresh(made.connectionId)).body).toMatchObject({
        provider: { certificates: [{ thumbprintSha256: pins[1] }] },
        pinnedCertificates: pins,
      });
      publish(await signingCertificate());
      expect(await refresh(made.connectionId)).toMatchObject({
        status: 422,
        body: { code: 'connection.certificate-unknown' },
      });
    });
  });

  describe('metadata that cannot be read', () => {
    it('is told once, tried less and less, and told again when it works', async () => {
      const { connectionId } = await test.create({ entraDomain: tenantId });
      const path = metadataPath(tenantId);
      const pauses: number[] = [];
      const warned: string[][] = [];
      for (const document of [undefined, undefined, undefined, { body: '<x/>' }, { body: test.ofTenant(tenantId) }]) {
        if (document) test.authority.documents.set(path, document);
        else test.authority.documents.delete(path);
        await isDue(connectionId);
        expect(await due(test.registry)).toBe(1);
        const sql = 'SELECT due_at FROM metadata_turn WHERE connection_id = $1';
        const [row] = (await test.registry.database.query(sql, [connectionId])) as { due_at: Date }[];
        warned.push((await test.read(connectionId)).warnings.map(({ code }) => code));
        pauses.push(Math.floor(((row?.due_at.getTime() ?? 0) - Date.now()) / 3_600_000));
      }
      expect(pauses).toEqual([0, 1, 3, 7, 0]);
      const [unreachable, unusable] = [['connection.metadata-unreachable'], ['connection.metadata-unusable']];
      expect(warned).toEqual([unreachable, unreachable, unreachable, unusable, []]);
      expect(await test.read(connectionId)).toMatchObject({ revision: 1 });
      expect(await toldOf(connectionId, 'ProviderMetadataRead', 3 + 3)).toMatchObject([
        { outcome: 'unreachable', code: 'connection.metadata-unreachable' },
        { outcome: 'unusable', code: 'connection.metadata-invalid' },
        { outcome: 'works-again', code: null },
      ]);
    });

    it('of another entity is no news of this one: only an admin may take it', async () => {
      const path = '/metadata';
      const document = (entityId: string) => ({ body: test.ofTenant(tenantId, { entityId }) });
      test.provider.documents.set(path, document('urn:one'));
      const metadataUrl = `${test.provider.origin}${path}`;
      const { connectionId, configHash } = await test.create({ metadataUrl });
      test.provider.documents.set(path, document('urn:two'));
      expect(await refresh(connectionId)).toMatchObject({
        status: 409,
        body: { code: 'connection.metadata-entity-changed' },
      });
      const saved = await test.patch(connectionId, { metadataUrl });
      expect(saved.body).toMatchObject({ revision: 2, provider: { entityId: 'urn:two' } });
      expect(saved.body['configHash']).not.toBe(configHash);
    });

    it('A33: of a tenant that speaks for another all at once changes nothing', async () => {
      const { connectionId } = await test.create({ entraDomain: tenantId });
      test.authority.documents.set(metadataPath(tenantId), { body: test.ofTenant(otherTenantId) });
      await isDue(connectionId);
      await due(test.registry);
      expect(await test.read(connectionId)).toMatchObject({
        revision: 1,
        provider: { entityId: entityIdOf(tenantId) },
      });
      expect(await toldOf(connectionId, 'ProviderMetadataRead', 4)).toMatchObject([
        { outcome: 'unusable', code: 'connection.metadata-tenant-mismatch' },
      ]);
    });

    it('is not looked for where it was pasted, nor at other strategies', async () => {
      const pasted = await test.create({ metadataXml: test.ofTenant(tenantId) });
      expect(await refresh(pasted.connectionId)).toMatchObject({ body: { code: 'connection.metadata-pasted' } });
      const other = await test.registry.create({ authority: test.authority.origin, entraDomain: tenantId });
      expect(await refresh(other.connectionId)).toMatchObject({ body: { code: 'connection.federation-only' } });
      await due(test.registry);
      const sql = 'SELECT 1 FROM metadata_turn WHERE connection_id = ANY($1)';
      const found = await test.registry.database.query(sql, [[pasted.connectionId, other.connectionId]]);
      expect(found).toEqual([]);
    });
  });

  it('tries credentials daily only where groups are asked of Microsoft Graph with them', async () => {
    const given = { entraDomain: tenantId, clientId, clientSecret: `${canary}4` };
    const signsOnly = await test.create(given);
    const asksGraph = await test.create({ ...given, getUserGroups: true });
    for (const { connectionId } of [signsOnly, asksGraph]) await post(connectionId, 'enable', override);
    await test.registry.service.app.get(ProbeDue).execute();
    const sql = 'SELECT connection_id FROM probe_turn';
    expect(await test.registry.database.query(sql)).toEqual([{ connection_id: asksGraph.connectionId }]);
  });

  it('reads each provider once, whichever of two instances looks', async () => {
    const { connectionId } = await test.create({ entraDomain: tenantId });
    await isDue(connectionId);
    test.authority.asked.length = 0;
    const counts = await Promise.all([due(test.registry), due(second), due(test.registry), due(second)]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    expect(test.authority.asked).toHaveLength(1);
  });

  it('tells the end of a provider’s certificate in steps, each once, and warns from the same day on', async () => {
    const end = new Date(Math.floor(Date.now() / 1000) * 1000 + 29 * day);
    publish(await signingCertificate(end), test.certificate);
    const { connectionId, provider, warnings } = await test.create({ entraDomain: tenantId });
    expect(warnings).toMatchObject([{ field: 'provider', code: 'connection.signing-certificate-ends' }]);
    for (const left of [29, 14, 7, 6, 1, 0, -3]) {
      const now = new Date(end.getTime() - left * day);
      const tell = (of: RunningRegistry) => of.service.app.get(TellCertificatesEnding).execute(now);
      await Promise.all([tell(test.registry), tell(second)]);
    }
    const told = await toldOf(connectionId, 'SigningCertificateExpiring', 3 + 5);
    expect(told.map((data) => (data as { daysLeft: number }).daysLeft)).toEqual([30, 14, 7, 1, 0]);
    expect(told[0]).toMatchObject({
      thumbprintSha256: provider.certificates[0]?.thumbprintSha256,
      expiresAt: end.toISOString(),
      strategy: 'entra-saml',
    });
  });

  describe('credentials', () => {
    it.each([{ signRequests: true }, { assertionEncryption: 'required' }])(
      'need a certificate for %j, before it is enabled and as long as it is',
      async (setting) => {
        const { connectionId, warnings } = await test.create({ entraDomain: tenantId, ...setting });
        expect(warnings).toMatchObject([{ field: 'credentials', code: 'connection.certificate-required' }]);
        const refused = { status: 409, body: { code: 'connection.certificate-required' } };
        expect(await post(connectionId, 'enable', override)).toMatchObject(refused);
        const added = await post(connectionId, 'credentials', { kind: 'certificate' });
        expect(added).toMatchObject({ status: 201, body: { kind: 'certificate' } });
        expect((await post(connectionId, 'enable', override)).body).toMatchObject({ state: 'enabled' });
        const path = `/connections/${connectionId}/credentials/${(added.body as CredentialResponse).credentialId}`;
        expect(await test.registry.ask('DELETE', path)).toMatchObject({ body: { code: 'connection.last-credential' } });
        const off = { signRequests: null, assertionEncryption: null };
        expect((await test.patch(connectionId, off)).status).toBe(200);
        expect((await test.registry.ask('DELETE', path)).status).toBe(204);
        expect(await test.patch(connectionId, setting)).toMatchObject(refused);
      },
    );

    it('are not needed otherwise, and a secret needs a client', async () => {
      const { connectionId } = await test.create({ strategy: 'entra-wsfed', entraDomain: tenantId });
      expect((await post(connectionId, 'enable', override)).body).toMatchObject({ state: 'enabled' });
      const withoutClient = { status: 422, body: { code: 'connection.client-required' } };
      expect(await post(connectionId, 'credentials', { secret: `${canary}3` })).toMatchObject(withoutClient);
      const noGraph = { status: 422, body: { code: 'connection.graph-client-required' } };
      expect(await post(connectionId, 'credentials/probe')).toMatchObject(noGraph);
      await test.patch(connectionId, { clientId });
      expect(await post(connectionId, 'credentials', { secret: `${canary}3` })).toMatchObject({ status: 201 });
      expect(await test.patch(connectionId, { clientId: null })).toMatchObject(withoutClient);
      const probed = await post(connectionId, 'credentials/probe');
      expect(probed.body['items']).toMatchObject([{ probe: { outcome: 'unreachable' } }]);
    });
  });

  describe('the set-up pack', () => {
    const report: TestReport = {
      ...{ passed: true, code: null, upstream: null, predicted: null },
      checks: [
        { code: 'upstream.document', outcome: 'passed' },
        { code: 'upstream.signature', outcome: 'passed' },
        { code: 'upstream.assertion', outcome: 'passed', details: { attributes: 'urn:mail urn:other' } },
        { code: 'upstream.audience', outcome: 'passed' },
      ],
    };

    it('has this connection’s values, and what a green test run showed; with that it can be enabled', async () => {
      const attributeMapping = { email: 'urn:mail' };
      const made = await test.create({ entraDomain: tenantId, getUserGroups: true, attributeMapping });
      const { connectionId, callbackUrl } = made;
      const asked = await post(connectionId, 'test-runs');
      const { testRunId, startUrl } = asked.body as { testRunId: string; startUrl: string };
      const gateway = test.registry.askWith('test-runs:run');
      const ticket = new URL(startUrl).searchParams.get('ticket');
      const started = await gateway('POST', `/test-runs/${testRunId}/start`, { ticket });
      expect(started.body).toMatchObject({ settings: { strategy: 'entra-saml' }, credentials: [] });
      expect((await gateway('POST', `/test-runs/${testRunId}/report`, report)).status).toBe(200);
      expect(await post(connectionId, 'enable', {})).toMatchObject({
        status: 200,
        body: { enabling: { override: false } },
      });
      const read = await test.registry.ask('GET', `/connections/${connectionId}/setup`);
      const pack = read.body as unknown as FederationSetupResponse;
      const { origin } = new URL(callbackUrl);
      expect(pack).toMatchObject({
        ...{ replyUrl: callbackUrl, identifier: made.entityId, testedBy: { testRunId } },
        signOutUrl: `${origin}/login/logout/${connectionId}`,
        metadataUrl: `${origin}/login/metadata/${connectionId}`,
      });
      expect(Object.fromEntries(pack.items.map(({ item, state }) => [item, state]))).toEqual({
        ...{ 'reply-url': 'there', identifier: 'there', certificate: 'there', 'tenant-claims': 'unknown' },
        ...{ 'email-claim': 'there', 'groups-claim': 'missing' },
      });
      const text = await fetch(`${test.registry.service.url}/connections/${connectionId}/setup.md`, {
        headers: { authorization: `Bearer ${await test.registry.mint('connections:read')}` },
      });
      expect(text.headers.get('content-type')).toContain('text/markdown');
      const markdown = await text.text();
      for (const value of [callbackUrl, made.entityId, pack.signOutUrl, 'Attributes & Claims', 'urn:mail']) {
        expect(markdown).toContain(value);
      }
    });
  });
});
