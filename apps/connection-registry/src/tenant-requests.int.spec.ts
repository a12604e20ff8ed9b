import { tenantTopic } from '@homerealm/contracts';
import { type ConnectionId, makeId } from '@homerealm/domain';
import { Database, event, openDataSource, openEventLog, Outbox, Relay } from '@homerealm/events';
import { createDatabase, eventually } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { randomBytes, randomUUID } from 'node:crypto';
import { type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';
import { NoteRefusedTenant } from './use-cases/tenant-requests/note-refused-tenant.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const allowed = String(tenants['contoso.example']);
type Request = { tenantId: string; decision: string; tries: number; firstSeenAt: string; lastSeenAt: string };

describe('the waiting room', () => {
  let registry: RunningRegistry;
  let gateway: Database;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    const databaseUrl = await createDatabase('waiting_room');
    registry = await startRegistry({ databaseUrl, certificate, ca: ca.caPem });
    const [service, url] = ['auth-gateway', await createDatabase('gateway')];
    gateway = new Database(await openDataSource({ service, url, poolSize: 2, entities: [], migrations: [] }));
    const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: databaseUrl });
    const relay = new Relay({
      service,
      says: quiet,
      log,
      databaseUrl: url,
      prepare: () => log.ensureTopics([tenantTopic]),
    });
    relay.start();
    closers.push(
      () => relay.close(),
      () => log.close(),
      () => gateway.dataSource.destroy(),
    );
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await registry.close();
  });

  /** Somebody of the tenant proved an account at the common endpoint, and the gateway refused. */
  const refused = (connectionId: string, tenantId: string) =>
    gateway.transaction(() => {
      const attemptId = makeId('attempt', Date.now(), randomBytes(10));
      const data = { attemptId, connectionId: connectionId as ConnectionId, tenantId };
      return new Outbox(gateway, 'auth-gateway').append(event(tenantTopic, 'TenantRefused', connectionId, data));
    });
  const list = async (connectionId: string, query = '') => {
    const { body } = await registry.ask('GET', `/connections/${connectionId}/tenant-requests${query}`);
    return body as { items: Request[]; next: string | null; unrecorded: number };
  };
  const waitsFor = (connectionId: string, tenantId: string, tries: number) =>
    eventually(async () => {
      const found = (await list(connectionId)).items.find((one) => one.tenantId === tenantId);
      return found && found.tries >= tries ? found : undefined;
    });
  const common = () => registry.create({ useCommonEndpoint: true, allowedTenants: [allowed] });
  const decide = (connectionId: string, tenantId: string, verdict: string, headers?: Record<string, string>) =>
    registry.ask('POST', `/connections/${connectionId}/tenant-requests/${tenantId}/${verdict}`, undefined, headers);
  const happened = async (connectionId: string, atLeast: number, ...types: string[]) =>
    (await registry.eventsOf(connectionId, atLeast)).filter(({ type }) => types.includes(type));

  it('holds a tenant that asked, once, however often its people try, and tells it once', async () => {
    const { connectionId } = await common();
    const tenantId = randomUUID();
    await refused(connectionId, tenantId);
    await refused(connectionId, tenantId.toUpperCase());
    await refused(connectionId, tenantId);
    const request = await waitsFor(connectionId, tenantId, 3);
    expect(request).toMatchObject({
      connectionId,
      tenantId,
      decision: 'waiting',
      tries: 3,
      decidedAt: null,
      decidedBy: null,
    });
    expect((await list(connectionId)).items).toHaveLength(1);
    expect(await happened(connectionId, 4, 'TenantRequested')).toMatchObject([
      { sequence: 2, data: { connectionId, tenantId, revision: 1 } },
    ]);
  });

  it('lets a tenant in when an admin approves: on the list, told, and without a new test', async () => {
    const { connectionId } = await common();
    const before = (await registry.ask('GET', `/connections/${connectionId}`)).body;
    const tenantId = randomUUID();
    await refused(connectionId, tenantId);
    await waitsFor(connectionId, tenantId, 1);
    expect(await decide(connectionId, tenantId, 'approve', { 'if-match': '"9"' })).toMatchObject({
      status: 409,
      body: { code: 'connection.revision-conflict' },
    });
    expect(await decide(connectionId, tenantId, 'approve', { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      body: { decision: 'approved', decidedBy: 'console for ada', decidedAt: expect.any(String) },
    });
    const after = (await registry.ask('GET', `/connections/${connectionId}`)).body;
    expect(after).toMatchObject({ revision: 2, allowedTenants: [allowed, tenantId], configHash: before['configHash'] });
    expect(await decide(connectionId, tenantId, 'approve')).toMatchObject({ status: 200 });
    expect(await decide(connectionId, tenantId, 'deny')).toMatchObject({
      status: 409,
      body: { code: 'tenant-request.on-the-list' },
    });
    const told = await happened(connectionId, 7, 'TenantRequested', 'ConnectionChanged', 'TenantDecided');
    expect(told).toMatchObject([
      { type: 'TenantRequested' },
      { type: 'ConnectionChanged', data: { changed: ['allowedTenants'], revision: 2 } },
      { type: 'TenantDecided', data: { tenantId, approved: true, revision: 2 } },
    ]);
    expect(told.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });

  it('remembers who was denied, who may still be approved later', async () => {
    const { connectionId } = await common();
    const tenantId = randomUUID();
    await refused(connectionId, tenantId);
    await waitsFor(connectionId, tenantId, 1);
    expect(await decide(connectionId, tenantId, 'deny')).toMatchObject({ status: 200, body: { decision: 'denied' } });
    await refused(connectionId, tenantId);
    expect(await waitsFor(connectionId, tenantId, 2)).toMatchObject({ decision: 'denied' });
    expect((await list(connectionId, '?decision=waiting')).items).toEqual([]);
    expect((await list(connectionId, '?decision=denied')).items).toHaveLength(1);
    expect(await happened(connectionId, 5, 'TenantRequested')).toHaveLength(1);
    expect(await decide(connectionId, tenantId, 'approve')).toMatchObject({
      status: 200,
      body: { decision: 'approved' },
    });
  });

  it('lets a tenant ask again that was approved once and taken off the list since', async () => {
    const { connectionId } = await common();
    const tenantId = randomUUID();
    await refused(connectionId, tenantId);
    await waitsFor(connectionId, tenantId, 1);
    await decide(connectionId, tenantId, 'approve');
    await registry.ask('PATCH', `/connections/${connectionId}`, { allowedTenants: [allowed] });
    await refused(connectionId, tenantId);
    expect(await waitsFor(connectionId, tenantId, 2)).toMatchObject({ decision: 'waiting', decidedBy: null });
    expect(await happened(connectionId, 9, 'TenantRequested')).toHaveLength(2);
  });

  it('holds nobody of a connection with one tenant, of a tenant on the list, of a connection that is gone', async () => {
    const [pinned, open, gone] = [await registry.create(), await common(), await common()];
    await registry.ask('DELETE', `/connections/${gone.connectionId}`);
    await refused(pinned.connectionId, randomUUID());
    await refused(open.connectionId, allowed);
    await refused(gone.connectionId, randomUUID());
    const last = randomUUID();
    await refused(open.connectionId, last);
    await waitsFor(open.connectionId, last, 1);
    await eventually(async () => {
      const waiting = await registry.database.query('SELECT 1 FROM event_parked');
      return (waiting as unknown[]).length === 0;
    });
    expect((await list(pinned.connectionId)).items).toEqual([]);
    expect((await list(open.connectionId)).items.map(({ tenantId }) => tenantId)).toEqual([last]);
    expect(await decide(pinned.connectionId, last, 'approve')).toMatchObject({
      status: 404,
      body: { code: 'tenant-request.not-found' },
    });
  });

  it('holds 1000 that wait and only counts further ones, but still knows those it holds', async () => {
    const { connectionId } = await common();
    await registry.database.query(
      `INSERT INTO tenant_request (connection_id, tenant_id, first_seen_at, last_seen_at, tries, decision)
       SELECT $1, 'aaaaaaaa-0000-4000-8000-' || lpad(n::text, 12, '0'), date_trunc('second', now()), now(), 1, 'waiting' FROM generate_series(1, 999) n`,
      [connectionId],
    );
    const [thousandth, more] = [randomUUID(), randomUUID()];
    const note = registry.service.app.get(NoteRefusedTenant);
    const at = new Date();
    const id = connectionId as ConnectionId;
    await note.execute({ connectionId: id, tenantId: thousandth, at });
    await note.execute({ connectionId: id, tenantId: more, at });
    await note.execute({ connectionId: id, tenantId: more, at });
    await note.execute({ connectionId: id, tenantId: thousandth, at });
    const { unrecorded } = await list(connectionId);
    expect(unrecorded).toBe(2);
    const rows = await registry.database.query('SELECT tries FROM tenant_request WHERE tenant_id = ANY($1)', [
      [thousandth, more],
    ]);
    expect(rows).toEqual([{ tries: 2 }]);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = await list(connectionId, `?limit=200&decision=waiting${cursor}`);
      seen.push(...page.items.map(({ tenantId }) => tenantId));
      if (page.next === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
    expect(new Set(seen).size).toBe(1000);
    expect(seen).toHaveLength(1000);
  });

  it('holds a tenant once when many of its people try at the same moment', async () => {
    const { connectionId } = await common();
    const [note, tenantId, at] = [registry.service.app.get(NoteRefusedTenant), randomUUID(), new Date()];
    await Promise.all(
      Array.from({ length: 10 }, () => note.execute({ connectionId: connectionId as ConnectionId, tenantId, at })),
    );
    expect((await list(connectionId)).items).toMatchObject([{ tenantId, tries: 10 }]);
    expect(await happened(connectionId, 4, 'TenantRequested')).toHaveLength(1);
  });

  it.each(['?decision=maybe', '?cursor=x', '?limit=0', '?x=1'])('refuses the query %s', async (query) => {
    const { connectionId } = await common();
    expect(await registry.ask('GET', `/connections/${connectionId}/tenant-requests${query}`)).toMatchObject({
      status: 400,
    });
  });
});
