import { type ConnectionId, makeId } from '@homerealm/domain';
import { decideDelete } from '../domain/decide-state.js';
import type { TenantRequest } from '../domain/tenant-request.js';
import { askTestRun, decideReport, decideStart, learnFrom, type TestRun } from '../domain/test-run.js';
import type { Connections } from '../use-cases/connections.port.js';
import type { TenantRequests } from '../use-cases/tenant-requests/tenant-requests.port.js';
import type { TestRuns } from '../use-cases/test-runs/test-runs.port.js';
import { draft } from './connections.conformance.js';

const now = new Date('2026-01-15T09:30:00.000Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const report = { passed: true, code: null, checks: [], upstream: null, predicted: null };
let made = 0;
const newTestRunId = () =>
  makeId(
    'test',
    now.getTime(),
    Uint8Array.from({ length: 10 }, (_, i) => (i === 9 ? ++made : 0)),
  );
const tenant = (n: number) => `7a2d3b45-9e6f-4c8b-8d21-${String(n).padStart(12, '0')}`;

type Stores = { connections: Connections; testRuns: TestRuns; tenantRequests: TenantRequests };

/** The suite every store of test runs and of the waiting room passes. `open` gives empty ones each time it is called. */
export function itIsAStoreOfTestRunsAndTenants(open: () => Promise<Stores>): void {
  let stores: Stores;
  let connectionId: ConnectionId;
  beforeEach(async () => {
    stores = await open();
    const decision = draft();
    ({ connectionId } = decision.connection.settings);
    await stores.connections.transaction((inside) => inside.save(decision, 'spec'));
  });
  const asked = (createdAt = now): TestRun =>
    askTestRun(
      { testRunId: newTestRunId(), connectionId, configHash: 'f00', ticketHash: 't', createdBy: 'spec' },
      createdAt,
    );
  const keep = async (run: TestRun) => {
    await stores.connections.transaction((inside) => inside.testRuns.save(run));
    return run;
  };
  const request = (given: Partial<TenantRequest> = {}): TenantRequest => ({
    ...{ connectionId, tenantId: tenant(1), firstSeenAt: now, lastSeenAt: now, tries: 1, decision: 'waiting' },
    ...{ decidedAt: null, decidedBy: null, ...given },
  });
  const hold = (one: TenantRequest) => stores.connections.transaction((inside) => inside.tenantRequests.save(one));
  const inside = <T>(work: Parameters<Connections['transaction']>[0]) =>
    stores.connections.transaction(work) as Promise<T>;

  it('finds a test run again as it was saved last, and what it proved', async () => {
    const run = await keep(asked());
    expect(await stores.testRuns.find(run.testRunId)).toEqual(run);
    expect(await inside((open) => open.testRuns.lock(run.testRunId))).toEqual(run);
    const ended = decideReport(decideStart(run, true, 'f00', now), report, now);
    await stores.connections.transaction(async (open) => {
      await open.testRuns.save(ended);
      const locked = await open.lock(connectionId);
      if (!locked) throw new Error('no connection');
      const { connection, happened } = learnFrom(locked, ended);
      await open.note(connection, happened);
    });
    expect(await stores.testRuns.find(run.testRunId)).toEqual(ended);
    const found = await stores.connections.find(connectionId);
    expect(found?.settings.revision).toBe(1);
    expect(found?.proofs).toEqual([{ configHash: 'f00', testRunId: run.testRunId, at: now.toISOString() }]);
  });

  it('does not find a test run that was never saved, nor one whose transaction failed', async () => {
    const run = asked();
    const failing = stores.connections.transaction(async (open) => {
      await open.testRuns.save(run);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await stores.testRuns.find(run.testRunId)).toBeUndefined();
  });

  it('lists test runs in pages, the newest first, and forgets old ones', async () => {
    const runs = [await keep(asked()), await keep(asked(later(1))), await keep(asked(later(2)))];
    const ids = runs.map(({ testRunId }) => testRunId).reverse();
    const first = await stores.testRuns.list({ connectionId, limit: 2 });
    expect(first.items.map(({ testRunId }) => testRunId)).toEqual(ids.slice(0, 2));
    expect(first.next).toBe(ids[1]);
    expect(await stores.testRuns.list({ connectionId, limit: 2, after: ids[1] })).toEqual({
      items: [runs[0]],
      next: null,
    });
    await stores.testRuns.forgetBefore(later(1));
    expect((await stores.testRuns.list({ connectionId, limit: 5 })).items).toHaveLength(2);
  });

  it('holds a tenant once for each connection, as it was saved last', async () => {
    await hold(request());
    await hold(
      request({ tries: 2, lastSeenAt: later(9), decision: 'denied', decidedAt: later(10), decidedBy: 'spec' }),
    );
    const { items, unrecorded } = await stores.tenantRequests.list({ connectionId, limit: 5 });
    expect(items).toEqual([
      request({ tries: 2, lastSeenAt: later(9), decision: 'denied', decidedAt: later(10), decidedBy: 'spec' }),
    ]);
    expect(unrecorded).toBe(0);
    expect(await inside((open) => open.tenantRequests.find(connectionId, tenant(1)))).toEqual(items[0]);
    expect(await inside((open) => open.tenantRequests.find(connectionId, tenant(2)))).toBeUndefined();
  });

  it('counts who waits, and who was only counted', async () => {
    await hold(request());
    await hold(request({ tenantId: tenant(2) }));
    await hold(request({ tenantId: tenant(3), decision: 'approved' }));
    expect(await inside((open) => open.tenantRequests.countWaiting(connectionId))).toBe(2);
    await inside((open) => open.tenantRequests.countUnrecorded(connectionId));
    await inside((open) => open.tenantRequests.countUnrecorded(connectionId));
    expect((await stores.tenantRequests.list({ connectionId, limit: 5 })).unrecorded).toBe(2);
  });

  it('lists tenants in pages, the newest first, by decision', async () => {
    for (const n of [1, 2, 3]) await hold(request({ tenantId: tenant(n), firstSeenAt: n === 1 ? now : later(1) }));
    await hold(request({ tenantId: tenant(4), decision: 'denied' }));
    const first = await stores.tenantRequests.list({ connectionId, decision: 'waiting', limit: 2 });
    expect(first.items.map(({ tenantId }) => tenantId)).toEqual([tenant(3), tenant(2)]);
    expect(first.more).toBe(true);
    const after = { firstSeenAt: later(1), tenantId: tenant(2) };
    const second = await stores.tenantRequests.list({ connectionId, decision: 'waiting', limit: 2, after });
    expect(second).toMatchObject({ items: [{ tenantId: tenant(1) }], more: false });
  });

  it('lets test runs and tenants go with their connection', async () => {
    const run = await keep(asked());
    await hold(request());
    await inside((open) => open.tenantRequests.countUnrecorded(connectionId));
    await stores.connections.transaction(async (open) => {
      const locked = await open.lock(connectionId);
      if (locked) await open.remove(decideDelete(locked, now), 'spec');
    });
    expect(await stores.testRuns.find(run.testRunId)).toBeUndefined();
    expect(await stores.tenantRequests.list({ connectionId, limit: 5 })).toEqual({
      items: [],
      more: false,
      unrecorded: 0,
    });
  });
}
