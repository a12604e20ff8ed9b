import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { openSealer } from '@homerealm/platform';
import { credentialSealContext, type SealedCredential } from '@homerealm/contracts';
import { canary, override, type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';

type Properties = { properties: Record<string, { description?: string }> };
type Family = { oneOf?: Properties[]; anyOf?: Properties[] };

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

  describe('credentials', () => {
    it('lets two secrets overlap and lists nothing of their value', async () => {
      const { connectionId, credentials } = await registry.create();
      await registry.ask('POST', `/connections/${connectionId}/enable`, override);
      const path = `/connections/${connectionId}/credentials`;
      const [old] = credentials;
      expect(await registry.ask('DELETE', `${path}/${old?.credentialId}`)).toMatchObject({
        status: 409,
        body: { code: 'connection.last-credential' },
      });
      const added = await registry.ask('POST', path, { secret: `${canary}second`, expiresAt: '2099-01-01T00:00:00Z' });
      expect(added.status).toBe(201);
      expect(Object.keys(added.body).sort()).toEqual(['createdAt', 'credentialId', 'expiresAt', 'kind']);
      const list = await registry.ask('GET', path);
      expect(list.body['items']).toEqual([
        expect.objectContaining({ credentialId: old?.credentialId, expiresAt: null }),
        added.body,
      ]);
      expect(await registry.ask('DELETE', `${path}/${old?.credentialId}`)).toMatchObject({ status: 204 });
      expect(await registry.ask('DELETE', `${path}/${old?.credentialId}`)).toMatchObject({
        status: 404,
        body: { code: 'connection.credential-not-found' },
      });
      const events = await registry.eventsOf(connectionId, 11);
      expect(events.filter(({ type }) => type === 'ConnectionChanged')).toMatchObject([
        { data: { changed: ['credentials'], revision: 3 } },
        { data: { changed: ['credentials'], revision: 4 } },
      ]);
    });

    it('refuses what is no secret', async () => {
      const { connectionId } = await registry.create();
      const path = `/connections/${connectionId}/credentials`;
      expect(await registry.ask('POST', path, { secret: tenants['contoso.example'] })).toMatchObject({
        status: 422,
        body: { code: 'connection.secret-is-id', field: 'secret' },
      });
      expect(await registry.ask('POST', path, {})).toMatchObject({
        status: 400,
        body: { code: 'request.missing-field', field: 'secret' },
      });
    });

    it('publishes them sealed to connection and credential, for holders of the key', async () => {
      const { connectionId } = await registry.create({ clientSecret: `${canary}sealed` });
      await patch(connectionId, { clientSecret: `${canary}new` });
      const events = await registry.eventsOf(connectionId, 6);
      const [, last] = events
        .filter(({ type }) => type === 'ConnectionCredentials')
        .sort((a, b) => a.sequence - b.sequence);
      const { credentials } = last?.data as { credentials: SealedCredential[] };
      expect(credentials).toHaveLength(1);
      const [one] = credentials;
      const sealer = openSealer(registry.sealingKeys);
      const context = credentialSealContext(connectionId, String(one?.credentialId));
      expect(JSON.parse(await sealer.open(String(one?.sealed), context))).toEqual({
        kind: 'client-secret',
        value: `${canary}new`,
      });
      await expect(sealer.open(String(one?.sealed), `${context}x`)).rejects.toThrow('belongs to something else');
    });
  });

  describe('lists', () => {
    it('pages through everything, each once', async () => {
      const organizationId = 'org_01jd3m0000000000000000000d';
      const mine = [
        await registry.create({ organizationId }),
        await registry.create({ organizationId }),
        await registry.create({ organizationId }),
      ];
      const seen: string[] = [];
      for (let path = `/connections?organizationId=${organizationId}&limit=2`, next: unknown; path;) {
        const { body } = await registry.ask('GET', path);
        const page = body as { items: { connectionId: string }[]; next: string | null };
        seen.push(...page.items.map(({ connectionId }) => connectionId));
        next = page.next;
        path = next ? `/connections?organizationId=${organizationId}&limit=2&cursor=${String(next)}` : '';
      }
      expect(seen).toEqual(mine.map(({ connectionId }) => connectionId));
    });

    it('filters by domain in any spelling, name in any case, and state', async () => {
      const { connectionId } = await registry.create({ name: 'Filter.Me', homeRealmDomains: ['filter.example'] });
      const ids = async (query: string) =>
        ((await registry.ask('GET', `/connections?${query}`)).body['items'] as { connectionId: string }[]).map(
          (one) => one.connectionId,
        );
      expect(await ids('homeRealmDomain=%40FILTER.example.')).toEqual([connectionId]);
      expect(await ids('name=filter.ME')).toEqual([connectionId]);
      expect(await ids('name=filter.me&state=enabled')).toEqual([]);
      expect(await ids('homeRealmDomain=nowhere.example')).toEqual([]);
    });

    it.each([
      'limit=0',
      'limit=201',
      'limit=x',
      'cursor=x',
      'state=on',
      'homeRealmDomain=x%20y',
      'homeRealmDomian=x',
      'name=%00',
    ])('refuses ?%s', async (query) =>
      expect(await registry.ask('GET', `/connections?${query}`)).toMatchObject({ status: 400 }),
    );
  });

  describe('policies', () => {
    it('start with profile sync on and codes by email, told once, and change by revision', async () => {
      const first = await registry.ask('GET', '/policies');
      const ownSignIn = { email: true, phone: false, username: false, signUp: false };
      expect(first).toMatchObject({ status: 200, body: { revision: 1, syncProfiles: true, ownSignIn } });
      const patchPolicies = (body: unknown) => registry.ask('PATCH', '/policies', body);
      expect((await patchPolicies({})).body).toMatchObject({ revision: 1 });
      expect((await patchPolicies({ syncProfiles: false })).body).toEqual({
        revision: 2,
        syncProfiles: false,
        ownSignIn,
      });
      expect((await patchPolicies({ syncProfiles: null })).body).toEqual({
        revision: 3,
        syncProfiles: true,
        ownSignIn,
      });
      expect((await patchPolicies({ ownSignIn: { phone: true, signUp: true } })).body).toMatchObject({
        revision: 4,
        ownSignIn: { email: true, phone: true, username: false, signUp: true },
      });
      expect(await patchPolicies({ ownSignIn: { sms: true } })).toMatchObject({
        status: 400,
        body: { code: 'request.unknown-field', field: 'ownSignIn.sms' },
      });
      expect(await patchPolicies({ syncProfiles: 'yes', x: 1 })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' },
      });
      const events = await registry.eventsOf('environment', 7);
      expect(events.filter(({ type }) => type === 'PolicyState').map(({ data }) => data)).toEqual([
        { revision: 1, syncProfiles: true, ownSignIn },
        { revision: 2, syncProfiles: false, ownSignIn },
        { revision: 3, syncProfiles: true, ownSignIn },
        { revision: 4, syncProfiles: true, ownSignIn: { ...ownSignIn, phone: true, signUp: true } },
      ]);
    });
  });

  it('tells each step of a connection’s life, in sequence, with its state', async () => {
    const { connectionId } = await registry.create({ homeRealmDomains: ['life.example'] });
    await registry.ask('POST', `/connections/${connectionId}/enable`, override);
    await patch(connectionId, { displayName: 'Life' });
    await registry.ask('POST', `/connections/${connectionId}/disable`);
    await registry.ask('DELETE', `/connections/${connectionId}`);
    const events = await registry.eventsOf(connectionId, 12);
    const happened = events.filter(({ type }) => !['ConnectionState', 'ConnectionCredentials'].includes(type));
    expect(happened.map(({ type, sequence }) => [sequence, type])).toEqual([
      [1, 'ConnectionCreated'],
      [2, 'ConnectionEnabled'],
      [3, 'ConnectionChanged'],
      [4, 'ConnectionDisabled'],
      [5, 'ConnectionDeleted'],
    ]);
    expect(happened[2]?.data).toMatchObject({ changed: ['displayName'], revision: 3 });
    const states = events.filter(({ type }) => type === 'ConnectionState');
    expect(states.map(({ data }) => (data as { state: string } | null)?.state)).toEqual([
      'draft',
      'enabled',
      'enabled',
      'disabled',
      undefined,
    ]);
    expect(states.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(states[4]?.data).toBeNull();
    expect(events.filter(({ type, data }) => type === 'ConnectionCredentials' && data === null)).toHaveLength(1);
  });

  it('describes every field and every refusal of a route in OpenAPI', async () => {
    const { body } = await registry.askWith(undefined)('GET', '/docs-json');
    const paths = body['paths'] as Record<
      string,
      Record<string, { summary?: string; responses: object; requestBody?: unknown }>
    >;
    for (const method of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(method.summary).toBeTruthy();
      expect(Object.keys(method.responses)).toEqual(expect.arrayContaining(['401', '403']));
    }
    const text = JSON.stringify(paths['/connections']?.['post']);
    for (const code of ['connection.domain-taken', 'connection.secret-is-id', 'connection.authority-not-allowed'])
      expect(text).toContain(code);
    const { schema } = (paths['/connections']?.['post']?.requestBody as { content: Record<string, { schema: Family }> })
      .content['application/json'] as { schema: Family };
    const families = schema.oneOf ?? schema.anyOf ?? [];
    expect(families).toHaveLength(5);
    for (const { properties } of families) {
      expect(Object.keys(properties).length).toBeGreaterThan(12);
      for (const field of Object.values(properties)) expect(field.description).toBeTruthy();
    }
  });

  // The last one: it looks at everything the others left behind.
  it('shows a secret nowhere: not in logs, answers, events or rows', async () => {
    const created = await registry.ask('POST', '/connections', registry.least({ clientSecret: `${canary}last` }));
    const refused = await registry.ask(
      'POST',
      '/connections',
      registry.least({ clientSecret: `${canary}no`, name: '', surprise: canary }),
    );
    expect(created.text + refused.text.replace(/"surprise"/g, '')).not.toContain(canary);
    const events = await registry.events();
    expect(events.length).toBeGreaterThan(20);
    expect(events.map(({ record }) => `${record.value}${JSON.stringify(record.headers)}`).join()).not.toContain(canary);
    expect(registry.logLines.length).toBeGreaterThan(20);
    expect(registry.logLines.join()).not.toContain(canary);
    const tables = await registry.database.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    let rows = 0;
    for (const { tablename } of tables as { tablename: string }[]) {
      const found = (await registry.database.query(`SELECT t::text AS row FROM "${tablename}" t`)) as { row: string }[];
      rows += found.length;
      expect(found.map(({ row }) => row).join()).not.toContain(canary);
    }
    expect(rows).toBeGreaterThan(50);
  });
});
