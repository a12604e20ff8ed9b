import { readFileSync } from 'node:fs';
import { signInTopic, tenantTopic } from '@homerealm/contracts';
import { openEventLog, readAll } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CodeWays } from './fixtures/admission-codes.js';
import { ways } from './fixtures/admission-paths.js';
import { expectedOf, otherTenant, states } from './fixtures/admission-states.js';
import { World } from './fixtures/admission-world.js';
import { DirectoryEvents } from './fixtures/directory-events.js';
import { startWholeGateway, type WholeGateway } from './fixtures/gateway-under-test.js';
import { TinyBrowser } from './fixtures/provider-under-test.js';
import { SmallMailbox } from './fixtures/small-mailbox.js';
import { providerRoutes } from './http/openid-provider/provider-mount.js';

/**
 * How a route lets somebody in: which of the paths below, all of them through the admission gate; or that it lets
 * nobody in. A route that is not here fails the first test.
 */
const routes: Record<string, { path: string } | 'nobody'> = {
  '/oauth2/auth': { path: 'authorize' },
  '/oauth2/auth/:uid': { path: 'callback' },
  '/oauth2/token': { path: 'code' },
  '/oauth2/userinfo': { path: 'userinfo' },
  '/oauth2/introspection': { path: 'introspection' },
  '/oauth2/revocation': 'nobody',
  '/oauth2/logout': 'nobody',
  '/oauth2/logout/confirm': 'nobody',
  '/.well-known/openid-configuration': 'nobody',
  '/.well-known/oauth-authorization-server': 'nobody',
  '/.well-known/jwks.json': 'nobody',
  'GET /sign-in/:uid': 'nobody',
  'POST /sign-in/:uid': { path: 'email form' },
  'POST /sign-in/:uid/with/:connectionId': { path: 'button' },
  'POST /sign-in/:uid/cancel': 'nobody',
  'GET /sign-in/:uid/refused/:attemptId': 'nobody',
  'GET /login/callback/:connectionId': { path: 'callback' },
  'POST /login/callback/:connectionId': { path: 'callback by form' },
  'GET /login/leave/:connectionId': 'nobody',
  'GET /login/logout/:connectionId': 'nobody',
  'POST /login/logout/:connectionId': 'nobody',
  'GET /login/logout/:connectionId/leave': 'nobody',
  'GET /login/metadata/:connectionId': 'nobody',
  'GET /test-runs/:testRunId': { path: 'test run' },
  'GET /sign-in/:uid/code': 'nobody',
  'POST /sign-in/:uid/code': { path: 'code of ours' },
  'POST /sign-in/:uid/code/again': { path: 'code of ours again' },
  'GET /sign-in/:uid/sign-up': 'nobody',
  'POST /sign-in/:uid/sign-up': { path: 'sign-up' },
  'GET /sign-in/:uid/email': 'nobody',
  'POST /sign-in/:uid/email': { path: 'missing email' },
  'GET /sign-in/:uid/email/code': 'nobody',
  'POST /sign-in/:uid/email/code': { path: 'code for the missing email' },
  'POST /sign-in/:uid/email/code/again': { path: 'missing email again' },
};

/** Routes of the machinery and of the management APIs, which let no person in: the latter need a bearer token. */
const others =
  /^\w+ \/(sign-in\/assets\/.*|health.*|livez|readyz|metrics|openapi.*|docs.*|applications.*|sign-in-attempts.*|signing-keys.*|events.*|admin.*|)$/;

describe('admission', () => {
  let gateway: WholeGateway;
  let directory: DirectoryEvents;
  const mailbox = new SmallMailbox();
  beforeAll(async () => {
    await mailbox.start();
    const enough = { CODES_PER_NETWORK: '100000', CODES_PER_IDENTIFIER: '100000' };
    gateway = await startWholeGateway({ MAIL_SMTP_URL: mailbox.url, ...enough });
    directory = await DirectoryEvents.open(gateway);
  });
  afterAll(async () => {
    await directory?.close();
    await gateway?.close();
    await mailbox.close();
  });

  it('A42: every route says through which gate it lets people in, or that it lets nobody in', async () => {
    const { app } = gateway.service as unknown as { app: NestFastifyApplication };
    const served = readRoutes(app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }));
    expect(served.length).toBeGreaterThan(25);
    const known = new Set(Object.keys(routes));
    expect(served.filter((route) => !known.has(route) && !others.test(route))).toEqual([]);
    expect([...providerRoutes].filter((route) => !known.has(route))).toEqual([]);
    const discovery = (await (await fetch(`${gateway.issuer}/.well-known/openid-configuration`)).json()) as object;
    const endpoints = Object.entries(discovery).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
    for (const [, url] of endpoints) expect(known).toContain(new URL(String(url)).pathname);
    const gone = [...known].filter((route) => !served.includes(route) && !providerRoutes.has(route));
    expect(gone).toEqual([]);
  });

  it('every path that a route names is walked', () => {
    const named = Object.values(routes).flatMap((entry) => (entry === 'nobody' ? [] : [entry.path]));
    expect(Object.keys(ways)).toEqual(expect.arrayContaining(named));
  });

  describe.each(Object.entries(states))('%s', (_state, state) => {
    const cells = Object.entries(ways).filter(([, { kind }]) => expectedOf(kind, state) !== undefined);
    it.each(cells)('%s', async (_path, { kind, prepare }) => {
      const world = await World.make(gateway, directory);
      const act = await prepare(world, new CodeWays(world, mailbox));
      await state.happens(world);
      expect(await act()).toBe(expectedOf(kind, state));
    });
  });

  it('A31: a tenant that is not on the list is told to whoever keeps it, with the attempt', async () => {
    const world = await World.make(gateway, directory);
    await world.connect({ useCommonEndpoint: true, allowedTenants: [otherTenant] });
    const browser = new TinyBrowser();
    const { back } = await world.leave(browser);
    const page = await (await browser.go(back)).text();
    expect(page).toContain('Your company must be approved first');
    const attemptId = /attempt_[0-9a-z]{26}/.exec(page)?.[0];
    const log = openEventLog({
      ...{ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: gateway.settings.EVENT_LOG_DATABASE_URL },
    });
    const told = await eventually(async () => {
      const all = [...(await readAll(log, signInTopic)), ...(await readAll(log, tenantTopic))];
      const ours = all.filter(({ event }) => (event?.data as { attemptId?: string }).attemptId === attemptId);
      return ours.length === 2 && ours.map(({ event }) => event);
    });
    await log.close();
    expect(told.map((event) => event?.type)).toEqual(['SignInRefused', 'TenantRefused']);
    expect(told[1]?.data).toMatchObject({ attemptId, connectionId: world.connectionId });
  });

  it('every reason that was recorded here stands in the catalogue', async () => {
    const page = readFileSync(new URL('../../../docs/generated/reasons.md', import.meta.url), 'utf8');
    const { rows } = await gateway.pool.query<{ code: string }>(
      `SELECT code FROM sign_in_attempt WHERE code IS NOT NULL
       UNION SELECT c ->> 'code' FROM sign_in_attempt, jsonb_array_elements(checks) AS c`,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.map(({ code }) => code).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});

/** Full paths with their methods, from the tree that Fastify prints. */
function readRoutes(tree: string): string[] {
  const stack: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods] = /^([\s│]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (segment === '') return [];
    const depth = indent.length / 4;
    stack.splice(depth, stack.length, segment);
    const path = stack.join('').replace(/\/$/, '') || '/';
    const named = (methods ?? '')
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD' && method !== 'OPTIONS');
    return named.map((method) => `${method} ${path}`);
  });
}
