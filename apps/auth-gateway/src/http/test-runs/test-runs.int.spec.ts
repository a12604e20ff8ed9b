import fc from 'fast-check';
import { decodeJwt } from 'jose';
import type * as client from 'openid-client';
import { connectionId, idFor } from '../../fixtures/connections.js';
import { known, startWholeGateway, userId, type WholeGateway } from '../../fixtures/gateway-under-test.js';
import {
  beginFlow,
  redeem,
  register,
  type Registered,
  relyingParty,
  TinyBrowser,
} from '../../fixtures/provider-under-test.js';
import { clientSecret, email } from '../../fixtures/small-upstream.js';
import { Transactions } from '../../use-cases/transactions.port.js';

const difference = {
  ...{ userCreated: true, identitiesAdded: ['enterprise'], identitiesRemoved: [], identitiesVerified: [] },
  ...{ profileChanged: ['givenName'], joinedOrganization: null },
};
/** Claims that belong to the protocol, not to the person. */
const ofProtocol = [
  ...['iss', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope', 'nonce', 'sid', 'at_hash', 'auth_time'],
];
const ofPerson = (token: string) =>
  Object.keys(decodeJwt(token))
    .filter((name) => !ofProtocol.includes(name))
    .sort();

describe('a test run', () => {
  let gateway: WholeGateway;
  let app: Registered;
  let rp: client.Configuration;

  beforeAll(async () => {
    gateway = await startWholeGateway();
    app = await register(gateway.issuer, {});
    rp = await relyingParty(gateway.issuer, app);
  });
  afterAll(() => gateway?.close());
  beforeEach(() => {
    gateway.upstream.reset();
    gateway.directory.answer = (asked) => known(asked);
    gateway.directory.asked.length = 0;
    gateway.registry.broken = undefined;
    gateway.time.shift = 0;
  });

  const open = async (change: object = {}) => {
    const settings = gateway.aSettings({ state: 'draft', ...change });
    return gateway.registry.open(settings, [await gateway.seal(settings.connectionId)]);
  };
  const leave = async (path: string, browser = new TinyBrowser()) => {
    const left = await browser.go(`${gateway.issuer}${path}`);
    return { left, browser, toProvider: left.headers.get('location') ?? '' };
  };
  const comeBack = async (toProvider: string, browser: TinyBrowser, to: string = connectionId) => {
    const query = gateway.upstream.signIn(toProvider);
    const page = await browser.go(`${gateway.issuer}/login/callback/${to}?${query}`);
    return { status: page.status, headers: page.headers, text: await page.text(), query };
  };
  const run = async (change: object = {}) => {
    const { path, testRunId } = await open(change);
    const { toProvider, browser } = await leave(path);
    const page = await comeBack(toProvider, browser);
    return { page, testRunId, browser, report: gateway.registry.reports.get(testRunId) };
  };
  /** How many rows each table has, the outbox and the event log included. */
  const rows = async (...except: string[]) => {
    const { rows: tables } = await gateway.pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const counted: Record<string, number> = {};
    for (const { name } of tables.filter((table) => !except.includes(table.name))) {
      const { rows: answer } = await gateway.pool.query<{ count: string }>(`SELECT count(*) FROM "${name}"`);
      counted[name] = Number(answer[0]?.count);
    }
    return counted;
  };

  it('goes through a draft that the gateway never heard of, and reports what a sign-in would do', async () => {
    gateway.directory.answer = (asked) => known(asked, { change: 'created', difference });
    const { page, report } = await run();
    expect(page.status).toBe(200);
    expect(report).toMatchObject({
      ...{ passed: true, code: null, upstream: null },
      predicted: { change: 'created', userId: null, difference, groups: { completeness: 'complete', count: 1 } },
    });
    const codes = report?.checks.map(({ code }) => code) ?? [];
    expect(codes).toEqual(expect.arrayContaining(['sign-in.transaction-is-ours', 'connection.tenant-is-allowed']));
    expect(codes).not.toContain('connection.is-enabled');
    expect(codes.at(-1)).toBe('user.active');
    expect(gateway.directory.asked).toHaveLength(1);
    expect(gateway.directory.asked[0]).toMatchObject({ dryRun: true });
    expect(gateway.registry.bearers.at(-1)).toMatch(/^Bearer /);
  });

  it('shows the admin their claims, and stores them nowhere', async () => {
    const { page, report, testRunId } = await run();
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const text of [email, 'ext_groups', testRunId, 'nobody was signed in']) expect(page.text).toContain(text);
    expect(JSON.stringify(report)).not.toContain(email);
    const { rows: kept } = await gateway.pool.query<{ text: string }>(
      'SELECT t::text AS text FROM sign_in_transaction t',
    );
    expect(kept.map(({ text }) => text).join()).not.toContain(email);
  });

  it('writes no row and tells nobody, whether it passes or fails', async () => {
    const transactions = gateway.service.app.get(Transactions);
    while ((await transactions.sweep(Date.now() + 30 * 60_000)) > 0);
    const before = await rows();
    await run();
    gateway.upstream.token = { status: 400, body: { error: 'invalid_client', error_codes: [7000215] } };
    await run();
    gateway.directory.answer = () => ({
      status: 200,
      body: {
        outcome: 'refused',
        code: 'user.suspended',
        userId,
        checks: [{ code: 'user.active', outcome: 'failed' }],
      },
    });
    await run();
    await leave((await open()).path);
    expect(await rows('sign_in_transaction')).toEqual({ ...before, sign_in_transaction: undefined });
    while ((await transactions.sweep(Date.now() + 30 * 60_000)) > 0);
    expect(await rows()).toEqual(before);
  });

  it('predicts the very claims of the real sign-in that follows', async () => {
    const texts = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: null });
    const groups = fc.option(fc.uniqueArray(fc.uuid(), { maxLength: 5 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(texts, texts, fc.boolean(), fc.boolean(), groups, async (given, family, own, asks, set) => {
        const user = {
          ...{ userId, status: 'active', organizations: [] },
          profile: { givenName: given, familyName: family, picture: null },
          identities: own
            ? [
                {
                  ...{ identityId: idFor('identity', 2), type: 'email', value: email, verified: true, primary: true },
                  ...{ connectionId: null, account: null },
                },
              ]
            : [],
        };
        gateway.directory.answer = (asked) => known(asked, { user });
        gateway.upstream.claims = ({ groups: _, ...claims }) => ({ ...claims, ...(set && { groups: set }) });
        const change = { getUserGroups: asks };
        const { report } = await run(change);
        await gateway.connect(change);
        const browser = new TinyBrowser();
        const flow = await beginFlow(rp, app, { connection_id: connectionId });
        const host = new URL(gateway.issuer).host;
        const { at } = await browser.follow(flow.url.href, host);
        const back = `${gateway.issuer}/login/callback/${connectionId}?${gateway.upstream.signIn(at)}`;
        const tokens = await redeem(rp, (await browser.follow(back, host)).at, flow);
        expect(report?.predicted?.accessTokenClaims).toEqual(ofPerson(tokens.access_token));
        expect(report?.predicted?.idTokenClaims).toEqual(ofPerson(String(tokens.id_token)));
      }),
      { numRuns: 12 },
    );
  });

  it('a failed one says what failed, in the provider’s numbers, and who mends it', async () => {
    gateway.upstream.token = {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret.',
        error_codes: [7000215],
      },
    };
    const { page, report } = await run();
    expect(report).toMatchObject({
      ...{ passed: false, code: 'upstream.credentials-refused', predicted: null },
      upstream: { error: 'invalid_client', aadsts: ['7000215'] },
    });
    expect(report?.checks.at(-1)?.outcome).toBe('failed');
    expect(page.text).toContain('AADSTS7000215');
    expect(page.text).toContain('Usually the secret');
    expect(page.text).toContain('the admin of the connection');
    expect(page.text).not.toContain(clientSecret);
  });

  it('everything but the state is checked: tenant, authority, parameters', async () => {
    gateway.upstream.claims = (claims) => ({ ...claims, tid: '00000000-0000-4000-8000-00000000dead' });
    expect((await run()).report?.code).toMatch(/^upstream\./);
    gateway.upstream.reset();
    for (const [change, code] of [
      [{ authority: 'https://login.evil.example' }, 'connection.authority-not-listed'],
      [{ upstreamParams: { state: { value: 'x' } } }, 'upstream.param-reserved'],
    ] as const) {
      const { path, testRunId } = await open(change);
      const { left } = await leave(path);
      expect([left.status, await left.text()]).toEqual([200, expect.stringContaining(code)]);
      expect(gateway.registry.reports.get(testRunId)).toMatchObject({ passed: false, code });
    }
  });

  it('what the directory refuses is told in full', async () => {
    gateway.directory.answer = () => ({
      status: 200,
      body: { outcome: 'refused', code: 'user.not-provisioned', userId: null, checks: [] },
    });
    const { page, report } = await run();
    expect(report).toMatchObject({ passed: false, code: 'user.not-provisioned', predicted: null });
    expect(page.text).toContain('user.not-provisioned');
    gateway.directory.answer = () => ({ status: 500, body: {} });
    expect((await run()).report?.code).toBe('directory.unavailable');
  });

  it('A7: its way back is its own browser’s, and serves once', async () => {
    const { path, testRunId } = await open();
    const { toProvider, browser } = await leave(path);
    const stranger = new TinyBrowser();
    expect((await comeBack(toProvider, stranger)).text).toContain('sign-in.transaction-not-this-browser');
    const first = await comeBack(toProvider, browser);
    expect(first.text).toContain('The test sign-in worked');
    const again = await comeBack(toProvider, browser);
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('This test is over')]);
    expect(again.text).not.toContain(email);
    expect(gateway.registry.reports.get(testRunId)?.passed).toBe(true);
  });

  it('A4: at another connection’s callback, or too late, it fails', async () => {
    const other = await open();
    const mixed = await leave(other.path);
    await comeBack(mixed.toProvider, mixed.browser, idFor('conn', 9));
    expect(gateway.registry.reports.get(other.testRunId)?.code).toBe('sign-in.transaction-other-connection');
    const late = await open();
    const { toProvider, browser } = await leave(late.path);
    gateway.time.shift = 15 * 60_000 + 1;
    await comeBack(toProvider, browser);
    expect(gateway.registry.reports.get(late.testRunId)?.code).toBe('sign-in.transaction-expired');
  });

  it('a link serves once; a wrong one not at all', async () => {
    const { path, testRunId } = await open();
    expect((await leave(path)).left.status).toBe(303);
    for (const wrong of [
      path,
      `/test-runs/${testRunId}`,
      `/test-runs/${testRunId}?ticket=short`,
      `/test-runs/${testRunId}?ticket=${'x'.repeat(43)}`,
      `/test-runs/nobody?ticket=${'x'.repeat(43)}`,
      `${path}&ticket=${'x'.repeat(43)}`,
    ]) {
      const { left } = await leave(wrong);
      expect([wrong, left.status, left.headers.get('location')]).toEqual([wrong, 410, null]);
      expect(await left.text()).toContain('This test is over');
    }
  });

  it('the registry does not answer: a page that says so, and nobody leaves', async () => {
    const { path } = await open();
    gateway.registry.broken = 503;
    expect((await leave(path)).left.status).toBe(503);
    gateway.registry.broken = undefined;
    const { toProvider, browser } = await leave(path);
    gateway.registry.broken = 500;
    const page = await comeBack(toProvider, browser);
    expect(page.text).toContain('could not be stored');
    expect(page.text).toContain('The test sign-in worked');
  });
});
