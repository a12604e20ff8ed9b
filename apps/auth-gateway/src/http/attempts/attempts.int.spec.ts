import { makeId } from '@homerealm/domain';
import { attemptOn, TestBrowser } from '../../fixtures/browser.js';
import { aConnection, connectionId } from '../../fixtures/connections.js';
import { SmallDirectory, startSignIn, type Under } from '../../fixtures/sign-in-under-test.js';
import { SmallUpstream } from '../../fixtures/small-upstream.js';
import { AttemptSweeper } from '../../store/attempt-sweeper.js';

describe('the attempts API', () => {
  let upstream: SmallUpstream;
  const directory = new SmallDirectory();
  let under: Under;

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    await directory.start();
    under = await startSignIn(upstream, directory.url, {
      SIGN_IN_LIMIT_PER_ADDRESS: '8',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    await under.keep(aConnection({ authority: upstream.origin, graphOrigin: upstream.origin }));
  });
  afterAll(async () => {
    await under?.service.close();
    await directory.close();
    await upstream?.close();
  });

  const ask = async (path: string, token = 'attempts.read') => {
    const answer = await fetch(`${under.service.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('answers why a sign-in failed, and who mends it', async () => {
    upstream.token = {
      status: 401,
      body: { error: 'invalid_client', error_description: 'AADSTS7000222: expired', error_codes: [7000222] },
    };
    const browser = new TestBrowser(under, { connectionId });
    const page = await browser.comeBack(await browser.leave(upstream));
    upstream.reset();
    const { status, body } = await ask(`/sign-in-attempts/${attemptOn(page)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ outcome: 'refused', code: 'upstream.credentials-refused', applicationId: 'app_demo', connectionId },
      upstream: { error: 'invalid_client', aadsts: ['7000222'] },
      explanation: {
        fixedBy: 'connection-admin',
        aadsts: [{ number: '7000222', says: expect.stringContaining('expired') }],
      },
    });
    expect((body['checks'] as unknown[]).length).toBeGreaterThan(5);
  });

  it('lists attempts page by page, newest first', async () => {
    for (let count = 0; count < 3; count++) await new TestBrowser(under, { connectionId: 'conn_x' }).authorize();
    const first = await ask('/sign-in-attempts?limit=2&code=connection.unknown');
    const second = await ask(`/sign-in-attempts?limit=2&code=connection.unknown&cursor=${String(first.body['next'])}`);
    const ids = [first, second].flatMap(({ body }) =>
      (body['items'] as { attemptId: string }[]).map((item) => item.attemptId),
    );
    expect(ids).toHaveLength(3);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(second.body['next']).toBeNull();
  });

  it('finds attempts by everything that an admin knows of them', async () => {
    await under.database.manager.query(
      `INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, code, application_id, connection_id,
         organization_id, user_id, checks)
       SELECT 'attempt_01jd3m0000000000000000000' || n, now(), now(), 'refused', 'user.suspended', 'app_' || n,
         'conn_' || n, 'org_' || n, 'user_' || n, '[]' FROM generate_series(1, 4) AS n`,
    );
    const found = async (query: string) => {
      const { body } = await ask(`/sign-in-attempts?${query}`);
      return (body['items'] as { userId: string }[]).map(({ userId }) => userId);
    };
    for (const query of ['applicationId=app_2', 'connectionId=conn_2', 'organizationId=org_2', 'userId=user_2']) {
      expect([query, await found(query)]).toEqual([query, ['user_2']]);
    }
    expect(await found('outcome=refused&code=user.suspended')).toEqual(['user_4', 'user_3', 'user_2', 'user_1']);
    expect(await found('code=user.suspended&to=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await found('code=user.suspended&from=2099-01-01T00:00:00Z')).toEqual([]);
  });

  it('forgets attempts after their time, and no younger ones', async () => {
    const idAt = (time: number) => makeId('attempt', time, new Uint8Array(10));
    const days = 86_400_000;
    const [old, young] = [idAt(Date.now() - 91 * days), idAt(Date.now() - 89 * days)];
    await under.database.manager.query(
      `INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, checks)
       SELECT id, now(), now(), 'signed-in', '[]' FROM unnest($1::text[]) AS id`,
      [[old, young]],
    );
    await under.service.app.get(AttemptSweeper).sweep();
    expect((await ask(`/sign-in-attempts/${old}`)).status).toBe(404);
    expect((await ask(`/sign-in-attempts/${young}`)).status).toBe(200);
  });

  it.each([
    ['/sign-in-attempts/attempt_nothing', 404, 'attempt.not-found'],
    ['/sign-in-attempts?limit=0', 400, 'request.invalid-field'],
    ['/sign-in-attempts?from=yesterday', 400, 'request.invalid-field'],
    ['/sign-in-attempts?outcome=maybe', 400, 'request.invalid-field'],
  ])('refuses %s', async (path, status, code) => {
    expect(await ask(path)).toMatchObject({ status, body: { code } });
  });

  it('needs its scope', async () => {
    expect((await ask('/sign-in-attempts', 'users.read')).status).toBe(403);
  });

  it('A47 limits an address, and believes X-Forwarded-For from a trusted proxy only', async () => {
    const send = (forwarded: string) =>
      fetch(`${under.service.url}/login/callback/${connectionId}?state=x`, {
        headers: { 'x-forwarded-for': forwarded },
      });
    const statuses: number[] = [];
    for (let count = 0; count < 10; count++) statuses.push((await send(`198.51.100.${count}, 203.0.113.7`)).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 429, 429]);
    const limited = await send('203.0.113.7');
    expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await limited.text()).toContain('Too many tries');
    expect((await send('203.0.113.8')).status).toBe(400);
  });
});
