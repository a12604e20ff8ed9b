import { connectionStateTopic, type SignInRequest, type SignInResponse } from '@homerealm/contracts';
import { openEventLog, readAll, type TailedEvent } from '@homerealm/events';
import { profileClaimsTopic, signInTopic } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { attemptOn, TestBrowser } from './fixtures/browser.js';
import { aConnection, connectionId, idFor, organizationA, organizationB } from './fixtures/connections.js';
import { demoApplication, SmallDirectory, startSignIn, type Under } from './fixtures/sign-in-under-test.js';
import { clientSecret, email, SmallUpstream } from './fixtures/small-upstream.js';
import { Attempts } from './use-cases/attempts.port.js';
import { KeepReplica } from './use-cases/keep-replica.js';
import { Connections } from './use-cases/connections.port.js';
import { Transactions } from './use-cases/transactions.port.js';

const userId = idFor('user', 1);
const identityId = idFor('identity', 1);

const signedIn = ({ organizationId }: SignInRequest): { status: number; body: SignInResponse } => ({
  status: 200,
  body: {
    outcome: 'signed-in',
    userId: userId as never,
    identityId: identityId as never,
    change: 'created',
    joinedOrganization: false,
    emailProven: true,
    organizationId,
    checks: [{ code: 'user.found', outcome: 'passed' }],
    user: {
      userId: userId as never,
      status: 'active',
      profile: { givenName: 'Ada', familyName: null, picture: null },
      identities: [
        {
          ...{ identityId: identityId as never, type: 'enterprise', value: email, verified: true, primary: false },
          ...{ connectionId: connectionId as never, account: null },
        },
      ],
      organizations: [],
    },
  },
});

describe('signing in through a provider', () => {
  let upstream: SmallUpstream;
  const directory = new SmallDirectory();
  let under: Under;
  let revision = 1;

  const connect = (change: object = {}) =>
    under.keep(
      aConnection({ authority: upstream.origin, graphOrigin: upstream.origin, revision: ++revision, ...change }),
    );
  const attemptOf = async (id: string) => {
    const attempt = await under.service.app.get(Attempts).find(id);
    if (!attempt) throw new Error(`${id} was not recorded`);
    return attempt;
  };
  const count = async (sql: string) =>
    Number(((await under.database.manager.query(sql)) as { count: string }[])[0]?.count);

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    await directory.start();
    under = await startSignIn(upstream, directory.url);
  });
  afterAll(async () => {
    await under?.service.close();
    await directory.close();
    await upstream?.close();
  });
  beforeEach(async () => {
    upstream.reset();
    directory.answer = signedIn;
    directory.asked.length = 0;
    under.interactions.breaksWith = undefined;
    demoApplication.connections = null;
    under.interactions.completed.length = 0;
    under.time.shift = 0;
    await connect();
  });

  async function eventsOf(subject: string): Promise<TailedEvent[]> {
    const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: under.logDatabaseUrl });
    try {
      const all = [...(await readAll(log, signInTopic)), ...(await readAll(log, profileClaimsTopic))];
      return all.filter(({ event }) => event?.subject === subject);
    } finally {
      await log.close();
    }
  }

  describe('goes well', () => {
    it('by connection_id: no page of ours, straight to the provider and back to the application', async () => {
      const browser = new TestBrowser(under, { connectionId, loginHint: email });
      const toProvider = await browser.authorize();
      expect(new URL(toProvider).origin).toBe(upstream.origin);
      expect(new URL(toProvider).searchParams.get('login_hint')).toBe(email);
      const back = await browser.comeBack(upstream.signIn(toProvider));
      expect([back.status, back.location]).toEqual([303, `https://app.example/callback?code=${browser.uid}`]);
      expect(back.headers.get('set-cookie')).toContain('session=1');
      expect(under.interactions.completed[0]).toMatchObject({
        ...{ userId, connectionId, connectionName: 'contoso', organizationId: null, strategy: 'entra-oauth2' },
        profile: { givenName: 'Ada', email, emailVerified: true },
        groups: { completeness: 'complete', groups: ['0b9f4c1e-5a56-4d0e-9a53-7c2a6d1f0e11'] },
      });
    });

    it('by login_hint: the domain leads to the connection', async () => {
      const toProvider = await new TestBrowser(under, { loginHint: 'Somebody@CONTOSO.example' }).authorize();
      expect(toProvider).toContain(upstream.origin);
    });

    it('by a typed email, which becomes login_hint', async () => {
      const browser = new TestBrowser(under);
      expect(await browser.authorize()).toBe(`/sign-in/${browser.uid}`);
      expect((await browser.get(`/sign-in/${browser.uid}`)).text).toContain('Email address');
      const answer = await browser.post(`/sign-in/${browser.uid}`, { email: ` ${email} ` });
      expect(answer.status).toBe(303);
      expect(new URL(answer.location).searchParams.get('login_hint')).toBe(email);
      expect((await browser.comeBack(upstream.signIn(answer.location))).status).toBe(303);
    });

    it('by a button', async () => {
      await connect({ homeRealmDomains: [] });
      const browser = new TestBrowser(under);
      expect((await browser.get(`/sign-in/${browser.uid}`)).text).toContain('Continue with Contoso');
      const answer = await browser.post(`/sign-in/${browser.uid}/with/${connectionId}`);
      expect((await browser.comeBack(upstream.signIn(answer.location))).status).toBe(303);
    });

    it('in several tabs at once', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const tabs = [await browser.leave(upstream), await browser.leave(upstream), await browser.leave(upstream)];
      for (const tab of tabs.reverse()) expect((await browser.comeBack(tab)).status).toBe(303);
    });

    it('records the attempt with its checks in order, and tells it: UserSignedIn and ProfileClaimsReceived', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const attemptId = under.interactions.completed[0]?.attemptId ?? '';
      const attempt = await attemptOf(attemptId);
      expect(attempt).toMatchObject({
        outcome: 'signed-in',
        code: null,
        userId,
        applicationId: 'app_demo',
        connectionId,
      });
      const codes = attempt.checks.map(({ code }) => code);
      expect(codes[0]).toBe('discovery.connection-was-named');
      expect(codes.indexOf('sign-in.transaction-is-ours')).toBeLessThan(codes.indexOf('connection.tenant-is-allowed'));
      expect(codes.at(-1)).toBe('user.found');
      expect(attempt.checks.map(({ outcome }) => outcome)).not.toContain('failed');
      const told = await eventually(async () => {
        const events = (await eventsOf(userId)).filter(
          ({ event }) => (event?.data as { attemptId: string }).attemptId === attemptId,
        );
        return events.length === 2 && events.map(({ event }) => event?.type).sort();
      });
      expect(told).toEqual(['ProfileClaimsReceived', 'UserSignedIn']);
    });

    it('asks the directory once, with our own token', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      expect(directory.asked).toHaveLength(1);
      expect(directory.bearers.at(-1)).toBe('Bearer token-for-sign-ins:write');
      expect(directory.asked[0]).toMatchObject({
        connection: { connectionId, pinnedTenant: true },
        account: { key: { kind: 'entra' } },
      });
    });
  });

  describe('is refused before it leaves', () => {
    it.each<[string, object, object]>([
      ['connection.not-enabled', { state: 'disabled' }, { connectionId }],
      ['connection.other-application', { enabledApplications: ['app_other'] }, { connectionId }],
      [
        'connection.other-organization',
        { organizationId: organizationA },
        { connectionId, organizationId: organizationB },
      ],
      ['connection.unknown', {}, { connectionId: 'conn_nobody' }],
      [
        'discovery.other-organization',
        { organizationId: organizationA },
        { loginHint: email, organizationId: organizationB },
      ],
      ['upstream.param-reserved', { upstreamParams: { state: { value: 'x' } } }, { connectionId }],
    ])('%s: with a page that names the attempt', async (code, change, asked) => {
      await connect(change);
      const browser = new TestBrowser(under, asked);
      const page = await browser.get(await browser.authorize());
      expect(page.text).toContain(code);
      expect(page.text).toContain('Try again');
      expect(await attemptOf(attemptOn(page))).toMatchObject({ outcome: 'refused', code, applicationId: 'app_demo' });
      expect(upstream.tokenRequests).toBe(0);
    });

    it('application.other-connections: a connection the application does not list, whoever names it', async () => {
      await connect();
      demoApplication.connections = ['conn_other'];
      const browser = new TestBrowser(under, { connectionId, applicationConnections: ['conn_other'] });
      const page = await browser.get(await browser.authorize());
      expect(page.text).toContain('application.other-connections');
    });

    it('application.other-connections: when the application took it off its list while the person was away', async () => {
      await connect();
      const browser = new TestBrowser(under, { connectionId });
      const back = await browser.leave(upstream);
      demoApplication.connections = [];
      expect((await browser.comeBack(back)).text).toContain('application.other-connections');
      expect(upstream.tokenRequests).toBe(0);
    });

    it('upstream unreachable: at once, and recorded', async () => {
      await connect({ authority: upstream.origin, tenantId: '00000000-0000-4000-8000-00000000dead' });
      const browser = new TestBrowser(under, { connectionId });
      const page = await browser.get(await browser.authorize());
      expect((await attemptOf(attemptOn(page))).code).toMatch(/^upstream\./);
    });

    it('unknown domain: the same neutral page, the address kept, nothing told about accounts', async () => {
      const browser = new TestBrowser(under);
      const page = await browser.post(`/sign-in/${browser.uid}`, { email: 'someone@nowhere.example' });
      expect(page.status).toBe(422);
      expect(page.text).toContain('We could not find a way to sign you in');
      expect(page.text).toContain('value="someone@nowhere.example"');
      await connect({ state: 'disabled' });
      const disabled = await browser.post(`/sign-in/${browser.uid}`, { email: 'someone@contoso.example' });
      expect(disabled.text.replaceAll('contoso', 'nowhere')).toBe(page.text);
    });

    it.each(['', 'nobody', 'a@b', '"<script>"@x', 'x'.repeat(400)])('not an email: %j', async (typed) => {
      const browser = new TestBrowser(under);
      const page = await browser.post(`/sign-in/${browser.uid}`, { email: typed });
      expect(page.status).toBe(422);
      expect(page.text).toContain('Enter an email address');
      expect(page.text).not.toContain('<script>');
    });

    it('A43 a form that another site sends', async () => {
      const browser = new TestBrowser(under);
      const path = `/sign-in/${browser.uid}`;
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] as Record<
        string,
        string
      >[]) {
        expect((await browser.post(path, { email }, headers)).status).toBe(410);
      }
      const stranger = new TestBrowser(under);
      expect((await stranger.post(path, { email })).status).toBe(410);
      expect((await stranger.get(path)).status).toBe(410);
    });
  });

  describe('is refused on its way back', () => {
    const refusedAs = async (code: string, page: { status: number; text: string }) => {
      expect(page.text).toContain(code);
      expect(page.text).toContain('You are not signed in');
      expect(under.interactions.completed).toEqual([]);
      const attempt = await attemptOf(attemptOn(page as never));
      expect(attempt).toMatchObject({ outcome: 'refused', code });
      return attempt;
    };

    it('A7 a browser that never left', async () => {
      const left = await new TestBrowser(under, { connectionId }).leave(upstream);
      await refusedAs('sign-in.transaction-not-this-browser', await new TestBrowser(under).comeBack(left));
      expect(upstream.tokenRequests).toBe(0);
    });

    it('A5: the code of one browser in the way back of another', async () => {
      const [mine, theirs] = [new TestBrowser(under, { connectionId }), new TestBrowser(under, { connectionId })];
      const [left, other] = [await mine.leave(upstream), await theirs.leave(upstream)];
      left.set('code', other.get('code') ?? '');
      await refusedAs('upstream.nonce-mismatch', await mine.comeBack(left));
      expect(directory.asked).toEqual([]);
    });

    it('A7 a stranger’s return does not use it up', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      await new TestBrowser(under).comeBack(left);
      expect((await browser.comeBack(left)).status).toBe(303);
    });

    it('A11 a browser with two binding cookies', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      const cookie = `homerealm_browser_4000=planted; homerealm_browser_4000=${browser.cookie}`;
      await refusedAs(
        'sign-in.transaction-not-this-browser',
        await browser.get(`/login/callback/${connectionId}?${left}`, { cookie }),
      );
    });

    it.each(['nonsense', '', 'x'.repeat(2_000)])('a state nobody gave: %j', async (state) => {
      const query = new URLSearchParams({ code: 'c', state });
      await refusedAs('sign-in.transaction-unknown', await new TestBrowser(under).comeBack(query));
    });

    it('a state that stands there twice', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      left.append('state', left.get('state') ?? '');
      await refusedAs('sign-in.transaction-unknown', await browser.comeBack(left));
    });

    it('a replay, also twenty at the same time: one gets through', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      const answers = await Promise.all(Array.from({ length: 20 }, () => browser.comeBack(left)));
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
      expect(answers.filter(({ text }) => text.includes('sign-in.transaction-used'))).toHaveLength(19);
      under.interactions.completed.length = 0;
      await refusedAs('sign-in.transaction-used', await browser.comeBack(left));
    });

    it('too late', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      under.time.shift = 10 * 60_000 + 1;
      await refusedAs('sign-in.transaction-expired', await browser.comeBack(left));
    });

    it('A4 at the callback address of another connection; and then it is used up', async () => {
      const other = idFor('conn', 9);
      await connect({ connectionId: other, homeRealmDomains: [], name: 'other' });
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      await refusedAs('sign-in.transaction-other-connection', await browser.comeBack(left, other));
      await refusedAs('sign-in.transaction-used', await browser.comeBack(left));
      expect(upstream.tokenRequests).toBe(0);
    });

    it('a connection that was disabled meanwhile', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      await connect({ state: 'disabled' });
      await refusedAs('connection.not-enabled', await browser.comeBack(left));
      expect(upstream.tokenRequests).toBe(0);
    });

    it('a connection that is disabled while the provider answers', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      upstream.beforeToken = () => connect({ state: 'disabled' });
      await refusedAs('connection.not-enabled', await browser.comeBack(left));
      expect(directory.asked).toEqual([]);
    });

    it('a connection that was deleted meanwhile', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      const event = { type: 'ConnectionState', subject: connectionId, data: null, time: new Date().toISOString() };
      await under.database.transaction(() => under.service.app.get(KeepReplica).connection(event as never));
      await eventually(async () => (await under.service.app.get(Connections).find(connectionId)) === null);
      await refusedAs('connection.unknown', await browser.comeBack(left));
    });

    it('an account of another tenant, and everything else the connector refuses, with its own code', async () => {
      upstream.claims = (claims) => ({ ...claims, nonce: 'another' });
      const browser = new TestBrowser(under, { connectionId });
      const attempt = await refusedAs('upstream.nonce-mismatch', await browser.comeBack(await browser.leave(upstream)));
      expect(attempt.checks.at(-1)?.outcome).toBe('failed');
      expect(attempt.applicationId).toBe('app_demo');
    });

    it('the provider’s own refusal: its number and its words, with emails and tokens taken out', async () => {
      const description = `AADSTS7000215: Invalid client secret for ada@contoso.example. Trace ID: 0f0f0f0f-1111-4222-8333-444455556666 eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln`;
      upstream.token = {
        status: 401,
        body: { error: 'invalid_client', error_description: description, error_codes: [7000215] },
      };
      const browser = new TestBrowser(under, { connectionId });
      const page = await browser.comeBack(await browser.leave(upstream));
      const attempt = await refusedAs('upstream.credentials-refused', page);
      expect(attempt.upstream).toMatchObject({ error: 'invalid_client', aadsts: ['7000215'] });
      expect(JSON.stringify(attempt)).not.toMatch(/ada@|eyJ/);
      expect(page.text).not.toContain('AADSTS');
    });

    it.each([
      'reset',
      { status: 200, body: null },
      { status: 500, body: '<html>' },
      { status: 200, body: { token_type: 7 } },
    ] as const)('X a token answer that breaks things: %j; the process lives on', async (token) => {
      upstream.token = token;
      const browser = new TestBrowser(under, { connectionId });
      const page = await browser.comeBack(await browser.leave(upstream));
      expect((await attemptOf(attemptOn(page))).code).toMatch(/^upstream\./);
      upstream.reset();
      expect((await browser.comeBack(await browser.leave(upstream))).status).toBe(303);
    });

    it('X an error text that no header can hold', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      left.delete('code');
      left.set('error', 'access\r\nset-cookie: a=b ☠');
      const page = await browser.comeBack(left);
      expect(page.headers.get('set-cookie')).toBeNull();
      expect((await attemptOf(attemptOn(page))).code).toMatch(/^upstream\./);
    });

    it('what the directory refuses: recorded in full, nothing of it on the page', async () => {
      directory.answer = () => ({
        status: 200,
        body: {
          outcome: 'refused',
          code: 'user.suspended',
          userId,
          checks: [{ code: 'user.is-active', outcome: 'failed' }],
        },
      });
      const browser = new TestBrowser(under, { connectionId });
      const page = await browser.comeBack(await browser.leave(upstream));
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('suspended');
      expect(page.text).toContain('sign-in.refused');
      expect(await attemptOf(attemptOn(page))).toMatchObject({ outcome: 'refused', code: 'user.suspended', userId });
    });

    it.each(['hang', 'reset', { status: 500, body: {} }, { status: 200, body: { outcome: 'signed-in' } }] as const)(
      'the directory does not answer usably: %j',
      async (answer) => {
        directory.answer = () => answer;
        const browser = new TestBrowser(under, { connectionId });
        const page = await browser.comeBack(await browser.leave(upstream));
        expect(page.status).toBe(503);
        expect(page.text).toContain('Try again');
        await refusedAs('directory.unavailable', page);
        expect(new Set(directory.asked.map(({ attemptId }) => attemptId)).size).toBe(1);
        expect(directory.asked).toHaveLength(answer === 'reset' ? 2 : 1);
      },
    );

    it('the application’s request is over', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const left = await browser.leave(upstream);
      under.interactions.pending.delete(browser.uid);
      const attempt = await refusedAs('sign-in.no-interaction', await browser.comeBack(left));
      expect(await count(`SELECT count(*) FROM test_session WHERE attempt_id = '${attempt.attemptId}'`)).toBe(0);
    });
  });

  it('stores session, attempt and events together or not at all', async () => {
    under.interactions.breaksWith = new Error('the database went away');
    const browser = new TestBrowser(under, { connectionId });
    const sql = 'SELECT (SELECT count(*) FROM sign_in_attempt) + (SELECT count(*) FROM test_session) AS count';
    const before = await count(sql);
    const page = await browser.comeBack(await browser.leave(upstream));
    expect(page.status).toBe(503);
    expect(page.text).not.toContain('database');
    expect(await count(sql)).toBe(before);
  });

  it('ends what never came back: abandoned, and what was never finished: interrupted', async () => {
    const gone = await new TestBrowser(under, { connectionId }).leave(upstream);
    const browser = new TestBrowser(under, { connectionId });
    under.interactions.breaksWith = new Error('killed');
    await browser.comeBack(await browser.leave(upstream));
    const transactions = under.service.app.get(Transactions);
    const before = await count(
      "SELECT count(*) FROM sign_in_attempt WHERE code IN ('sign-in.abandoned', 'sign-in.interrupted')",
    );
    expect(gone.get('state')).not.toBe('');
    while ((await transactions.sweep(Date.now() + 15 * 60_000)) > 0);
    const after = await count(
      "SELECT count(*) FROM sign_in_attempt WHERE code IN ('sign-in.abandoned', 'sign-in.interrupted')",
    );
    expect(after).toBeGreaterThanOrEqual(before + 2);
    expect(await count('SELECT count(*) FROM sign_in_transaction')).toBe(0);
  });

  it('A44 puts frame, script and referrer rules on every page', async () => {
    const browser = new TestBrowser(under);
    for (const path of [`/sign-in/${browser.uid}`, '/sign-in/nothing', `/login/callback/${connectionId}`]) {
      const { headers } = await browser.get(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  it('asks no table for a connection it knows', async () => {
    const connections = under.service.app.get(Connections);
    await connections.find(connectionId);
    await connections.ofDomain('contoso.example');
    const first = await connections.find(connectionId);
    expect(await connections.find(connectionId)).toBe(first);
    expect(await connections.ofDomain('contoso.example')).toBe(await connections.ofDomain('contoso.example'));
  });

  it('A27 keeps secrets and addresses out of the records', async () => {
    const rows = (await under.database.manager.query(
      'SELECT row_to_json(a)::text AS text FROM sign_in_attempt a UNION ALL SELECT row_to_json(t)::text FROM sign_in_transaction t',
    )) as { text: string }[];
    expect(rows.length).toBeGreaterThan(20);
    const all = rows.map(({ text }) => text).join('\n');
    for (const canary of [clientSecret, email, 'canary-code', 'canary-upstream-access-token', 'someone@']) {
      expect(all).not.toContain(canary);
    }
  });

  it('has tables as its entities say', async () => {
    const { upQueries } = await under.database.dataSource.driver.createSchemaBuilder().log();
    const own = upQueries.map(({ query }) => query).filter((query) => !query.includes('test_session'));
    expect(own).toEqual([]);
    expect(connectionStateTopic.name).toBe('connection-registry.connection-state.v1');
  });
});
