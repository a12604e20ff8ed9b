import { makeId } from '@homerealm/domain';
import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import fc from 'fast-check';
import { everyScope, override, type RunningRegistry, startRegistry, tenants } from './fixtures/running-registry.js';
import { TestRunSweeper } from './store/test-run-sweeper.js';

const green = { passed: true, code: null, checks: [], upstream: null, predicted: null };
const red = { ...green, passed: false, code: 'upstream.credentials-refused' };

describe('test runs', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    registry = await startRegistry({ databaseUrl: await createDatabase('test_runs'), certificate, ca: ca.caPem });
  });
  afterAll(() => registry.close());

  const asGateway = (path: string, body: unknown) => registry.askWith('test-runs:run')('POST', path, body);
  const askFor = async (connectionId: string) => {
    const { status, body } = await registry.ask('POST', `/connections/${connectionId}/test-runs`);
    expect(status).toBe(201);
    const { testRunId, configHash, startUrl } = body as Record<'testRunId' | 'configHash' | 'startUrl', string>;
    return { testRunId, configHash, startUrl, ticket: new URL(startUrl).searchParams.get('ticket') ?? '' };
  };
  const start = (testRunId: string, ticket: string) => asGateway(`/test-runs/${testRunId}/start`, { ticket });
  const report = (testRunId: string, found: object) => asGateway(`/test-runs/${testRunId}/report`, found);
  const run = async (connectionId: string, found: object) => {
    const asked = await askFor(connectionId);
    expect(await start(asked.testRunId, asked.ticket)).toMatchObject({ status: 200 });
    expect(await report(asked.testRunId, found)).toMatchObject({ status: 200 });
    return asked;
  };
  const read = async (connectionId: string, testRunId: string) =>
    (await registry.ask('GET', `/connections/${connectionId}/test-runs/${testRunId}`)).body;
  const patch = (connectionId: string, change: object) => registry.ask('PATCH', `/connections/${connectionId}`, change);
  const enable = (connectionId: string, body: object = {}) =>
    registry.ask('POST', `/connections/${connectionId}/enable`, body);
  const age = (testRunId: string, minutes: number) =>
    registry.database.query(
      `UPDATE test_run SET created_at = created_at - make_interval(mins => $2),
                           expires_at = expires_at - make_interval(mins => $2) WHERE test_run_id = $1`,
      [testRunId, minutes],
    );

  it('gives a link that leads to the gateway, once, and keeps no ticket', async () => {
    const { connectionId } = await registry.create();
    const { testRunId, ticket, startUrl } = await askFor(connectionId);
    expect(startUrl).toBe(`${registry.issuer}/test-runs/${testRunId}?ticket=${ticket}`);
    expect(ticket.length).toBeGreaterThanOrEqual(43);
    const shown = await read(connectionId, testRunId);
    expect(shown).toMatchObject({
      testRunId,
      connectionId,
      state: 'waiting',
      createdBy: 'console for ada',
      report: null,
    });
    expect(Date.parse(String(shown['expiresAt'])) - Date.parse(String(shown['createdAt']))).toBe(15 * 60_000);
    const rows = (await registry.database.query('SELECT t::text AS row FROM test_run t')) as { row: string }[];
    expect(JSON.stringify([shown, rows, registry.logLines])).not.toContain(ticket);
  });

  it('hands the gateway the configuration and its sealed credentials, and takes one report', async () => {
    const { connectionId, credentials } = await registry.create();
    const { testRunId, ticket, configHash } = await askFor(connectionId);
    expect(await report(testRunId, green)).toMatchObject({ status: 409, body: { code: 'test-run.not-running' } });
    const started = await start(testRunId, ticket);
    expect(started).toMatchObject({
      status: 200,
      body: { testRunId, configHash, settings: { connectionId, state: 'draft', revision: 1 } },
    });
    expect(started.body['credentials']).toMatchObject([
      { credentialId: credentials[0]?.credentialId, kind: 'client-secret' },
    ]);
    expect(await read(connectionId, testRunId)).toMatchObject({ state: 'running' });
    expect(await start(testRunId, ticket)).toMatchObject({ status: 409, body: { code: 'test-run.used' } });
    const found = { ...red, checks: [{ code: 'upstream.token', outcome: 'failed', details: { status: 401 } }] };
    expect(await report(testRunId, found)).toMatchObject({ status: 200, body: { state: 'failed', report: found } });
    expect(await report(testRunId, green)).toMatchObject({ status: 409, body: { code: 'test-run.not-running' } });
    expect(await read(connectionId, testRunId)).toMatchObject({ state: 'failed', report: { code: red.code } });
    const told = (await registry.eventsOf(connectionId, 4)).filter(({ type }) => type === 'ConnectionTested');
    expect(told).toMatchObject([
      { sequence: 2, data: { connectionId, testRunId, configHash, passed: false, code: red.code, revision: 1 } },
    ]);
  });

  it('gives a run to one of many who open the link at the same moment', async () => {
    const { connectionId } = await registry.create();
    const { testRunId, ticket } = await askFor(connectionId);
    const answers = await Promise.all(Array.from({ length: 8 }, () => start(testRunId, ticket)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it('refuses another ticket, another run, and a run whose time is over', async () => {
    const { connectionId } = await registry.create();
    const [one, other] = [await askFor(connectionId), await askFor(connectionId)];
    expect(await start(one.testRunId, other.ticket)).toMatchObject({
      status: 404,
      body: { code: 'test-run.ticket-invalid' },
    });
    expect(await start('nonsense', one.ticket)).toMatchObject({ status: 404, body: { code: 'test-run.not-found' } });
    await age(one.testRunId, 15);
    expect(await start(one.testRunId, one.ticket)).toMatchObject({ status: 410, body: { code: 'test-run.expired' } });
    expect(await read(connectionId, one.testRunId)).toMatchObject({ state: 'expired' });
    await start(other.testRunId, other.ticket);
    await age(other.testRunId, 15);
    expect(await report(other.testRunId, green)).toMatchObject({ status: 410, body: { code: 'test-run.expired' } });
    expect(await enable(connectionId)).toMatchObject({ status: 409 });
  });

  it('is outdated by a change of the configuration, and not by one of names or of who may come', async () => {
    const [a, b] = [tenants['contoso.example'], tenants['fabrikam.example']];
    const { connectionId } = await registry.create({ useCommonEndpoint: true, allowedTenants: [a] });
    const { testRunId, ticket } = await askFor(connectionId);
    await patch(connectionId, { displayName: 'Other', allowedTenants: [a, b] });
    expect(await read(connectionId, testRunId)).toMatchObject({ state: 'waiting' });
    await patch(connectionId, { getUserGroups: true });
    expect(await read(connectionId, testRunId)).toMatchObject({ state: 'outdated' });
    expect(await start(testRunId, ticket)).toMatchObject({ status: 409, body: { code: 'test-run.outdated' } });
  });

  it('proves what it was given, though the connection was changed while it ran', async () => {
    const { connectionId } = await registry.create();
    const { testRunId, ticket } = await askFor(connectionId);
    await start(testRunId, ticket);
    await patch(connectionId, { getUserGroups: true });
    expect(await report(testRunId, green)).toMatchObject({ status: 200, body: { state: 'passed' } });
    expect(await enable(connectionId)).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
    await patch(connectionId, { getUserGroups: false });
    expect(await enable(connectionId)).toMatchObject({ status: 200, body: { state: 'enabled', warnings: [] } });
  });

  it('needs no override when green, and warns of what an enabled connection becomes without a test', async () => {
    const { connectionId } = await registry.create();
    await run(connectionId, green);
    expect((await enable(connectionId)).body).toMatchObject({
      state: 'enabled',
      enabling: { override: false, reason: null },
      warnings: [],
    });
    const changed = await patch(connectionId, { extendedProfile: true });
    expect(changed).toMatchObject({
      status: 200,
      body: { state: 'enabled', warnings: [{ code: 'connection.not-tested', field: 'state' }] },
    });
    await run(connectionId, green);
    expect((await registry.ask('GET', `/connections/${connectionId}`)).body).toMatchObject({ warnings: [] });
  });

  it('proves nothing for enabling after a week', async () => {
    const { connectionId } = await registry.create();
    await run(connectionId, green);
    const weekAgo = new Date(Date.now() - 7 * 86_400_000).toISOString();
    await registry.database.query(
      `UPDATE connection SET proofs = jsonb_set(proofs, '{0,at}', to_jsonb($2::text)) WHERE connection_id = $1`,
      [connectionId, weekAgo],
    );
    expect(await enable(connectionId)).toMatchObject({ status: 409, body: { code: 'connection.not-tested' } });
    expect(await enable(connectionId, override)).toMatchObject({ status: 200, body: { warnings: [] } });
  });

  it('lists the runs of a connection, the newest first, and of no other', async () => {
    const [mine, other] = [await registry.create(), await registry.create()];
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await askFor(mine.connectionId)).testRunId);
    const foreign = await askFor(other.connectionId);
    const list = (query: string) => registry.ask('GET', `/connections/${mine.connectionId}/test-runs?${query}`);
    const first = (await list('limit=2')).body as { items: { testRunId: string }[]; next: string };
    const second = (await list(`limit=2&cursor=${first.next}`)).body as typeof first;
    expect([...first.items, ...second.items].map(({ testRunId }) => testRunId)).toEqual([...ids].sort().reverse());
    expect(second.next).toBeNull();
    expect(await list('cursor=x')).toMatchObject({ status: 400, body: { field: 'cursor' } });
    const path = `/connections/${mine.connectionId}/test-runs/${foreign.testRunId}`;
    expect(await registry.ask('GET', path)).toMatchObject({ status: 404, body: { code: 'test-run.not-found' } });
  });

  it('goes with its connection, and after 30 days; what it proved stays', async () => {
    const [gone, kept] = [await registry.create(), await registry.create()];
    const orphan = await askFor(gone.connectionId);
    await registry.ask('DELETE', `/connections/${gone.connectionId}`);
    expect(await start(orphan.testRunId, orphan.ticket)).toMatchObject({ status: 404 });
    const [old, young] = [await run(kept.connectionId, green), await askFor(kept.connectionId)];
    await age(old.testRunId, 30 * 24 * 60);
    await registry.service.app.get(TestRunSweeper).sweep();
    expect(await read(kept.connectionId, old.testRunId)).toMatchObject({ code: 'test-run.not-found' });
    expect(await read(kept.connectionId, young.testRunId)).toMatchObject({ state: 'waiting' });
    expect(await enable(kept.connectionId)).toMatchObject({ status: 200 });
  });

  it('is run by the gateway alone: no scope of an admin takes one up', async () => {
    const { connectionId } = await registry.create();
    const { testRunId, ticket } = await askFor(connectionId);
    const asAdmin = registry.askWith(everyScope);
    expect(await asAdmin('POST', `/test-runs/${testRunId}/start`, { ticket })).toMatchObject({ status: 403 });
    expect(await asAdmin('POST', `/test-runs/${testRunId}/report`, green)).toMatchObject({ status: 403 });
  });

  const step = fc.oneof(
    fc.record({
      does: fc.constant('change' as const),
      field: fc.constantFrom('getUserGroups', 'createUsers'),
      to: fc.boolean(),
    }),
    fc.record({ does: fc.constant('rename' as const), to: fc.integer() }),
    fc.record({ does: fc.constant('secret' as const) }),
    fc.record({ does: fc.constant('test' as const), passes: fc.boolean(), changesMeanwhile: fc.boolean() }),
    fc.record({ does: fc.constant('enable' as const) }),
    fc.record({ does: fc.constant('disable' as const) }),
  );

  it('enables without an override exactly when a green run had the hash of the connection, whatever came before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const { connectionId } = await registry.create();
        const proved = new Set<string>();
        const now = async () => (await registry.ask('GET', `/connections/${connectionId}`)).body;
        for (const one of steps) {
          if (one.does === 'change') await patch(connectionId, { [one.field]: one.to });
          if (one.does === 'rename') await patch(connectionId, { displayName: `n${one.to}` });
          if (one.does === 'secret')
            await patch(connectionId, { clientSecret: makeId('cred', Date.now(), new Uint8Array(10)) });
          if (one.does === 'disable') await registry.ask('POST', `/connections/${connectionId}/disable`);
          if (one.does === 'test') {
            const asked = await askFor(connectionId);
            await start(asked.testRunId, asked.ticket);
            if (one.changesMeanwhile) await patch(connectionId, { extendedProfile: !(await now())['extendedProfile'] });
            await report(asked.testRunId, one.passes ? green : red);
            if (one.passes) proved.add(asked.configHash);
          }
          if (one.does === 'enable') {
            const before = await now();
            const answer = await enable(connectionId);
            const may = before['state'] === 'enabled' || proved.has(String(before['configHash']));
            expect(answer.status).toBe(may ? 200 : 409);
          }
          const after = await now();
          const untested = (after['warnings'] as { code: string }[]).some(
            ({ code }) => code === 'connection.not-tested',
          );
          expect(untested).toBe(after['state'] === 'enabled' && !proved.has(String(after['configHash'])));
        }
      }),
      { numRuns: 20 },
    );
  }, 240_000);
});
