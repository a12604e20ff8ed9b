import { existsSync, readFileSync } from 'node:fs';
import { signInTopic, tenantTopic } from '@homerealm/contracts';
import { openEventLog, readAll } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import * as client from 'openid-client';
import { World } from './fixtures/admission-world.js';
import { idFor } from './fixtures/connections.js';
import { startWholeGateway, type WholeGateway } from './fixtures/gateway-under-test.js';
import { TinyBrowser } from './fixtures/provider-under-test.js';
import { providerRoutes } from './http/openid-provider/provider-mount.js';

/**
 * How a route lets somebody in: which of the paths below, all of them through the admission gate; or where that is
 * proved instead; or that it lets nobody in. A route that is not here fails the first test.
 */
const routes: Record<string, { path: string } | { provenBy: string } | 'nobody'> = {
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
  'GET /test-runs/:testRunId': { path: 'test run' },
  'GET /sign-in/:uid/code': 'nobody',
  'POST /sign-in/:uid/code': { provenBy: 'own-sign-in.int.spec.ts' },
  'POST /sign-in/:uid/code/again': { provenBy: 'own-sign-in.int.spec.ts' },
  'GET /sign-in/:uid/sign-up': 'nobody',
  'POST /sign-in/:uid/sign-up': { provenBy: 'own-sign-in.int.spec.ts' },
  'GET /sign-in/:uid/email': 'nobody',
  'POST /sign-in/:uid/email': { provenBy: 'social-sign-in.int.spec.ts' },
  'GET /sign-in/:uid/email/code': 'nobody',
  'POST /sign-in/:uid/email/code': { provenBy: 'social-sign-in.int.spec.ts' },
  'POST /sign-in/:uid/email/code/again': { provenBy: 'social-sign-in.int.spec.ts' },
};

/** Routes of the machinery and of the management APIs, which let no person in: the latter need a bearer token. */
const others =
  /^\w+ \/(sign-in\/assets\/.*|health.*|livez|readyz|metrics|openapi.*|docs.*|applications.*|sign-in-attempts.*|signing-keys.*|events.*|admin.*|)$/;

type Act = () => Promise<string>;
type Path = {
  kind: 'entry' | 'form' | 'return' | 'form return' | 'standing' | 'test' | 'machine';
  prepare: (world: World) => Promise<Act>;
};

const standing = (act: (world: World, tokens: Tokens, browser: TinyBrowser) => Promise<unknown>): Path => ({
  kind: 'standing',
  prepare: async (world) => {
    const browser = new TinyBrowser();
    const tokens = await world.signIn(browser);
    return () =>
      act(world, tokens, browser).then(
        (verdict) => (verdict === false ? 'refused' : 'in'),
        () => 'refused',
      );
  },
});
type Tokens = Awaited<ReturnType<World['signIn']>>;

const ways: Record<string, Path> = {
  authorize: {
    kind: 'entry',
    prepare: async (world) => async () => {
      const { url } = await world.begin({ connection_id: world.connectionId });
      return world.verdict(new TinyBrowser(), url.href);
    },
  },
  'email form': { kind: 'form', prepare: async (world) => () => byForm(world, '', { email: `a@${world.domain}` }) },
  button: { kind: 'entry', prepare: async (world) => () => byForm(world, `/with/${world.connectionId}`, {}) },
  callback: {
    kind: 'return',
    prepare: async (world) => {
      const browser = new TinyBrowser();
      const { back } = await world.leave(browser);
      return () => world.verdict(browser, back);
    },
  },
  'callback by form': {
    kind: 'form return',
    prepare: async (world) => {
      const browser = new TinyBrowser();
      const { back } = await world.leave(browser);
      const [to = '', query = ''] = back.split('?');
      return async () => world.verdictOf(await browser.go(to, { method: 'POST', body: new URLSearchParams(query) }));
    },
  },
  session: standing(async (world, _tokens, browser) => {
    const { url } = await world.begin({ prompt: 'none' });
    return (await world.verdict(browser, url.href)) === 'in';
  }),
  code: {
    kind: 'standing',
    prepare: async (world) => {
      const browser = new TinyBrowser();
      const { back, flow } = await world.leave(browser);
      const { at } = await browser.follow(back, new URL(world.gateway.issuer).host);
      const checks = { pkceCodeVerifier: flow.verifier, expectedNonce: flow.nonce, expectedState: flow.state };
      const redeemed = () => client.authorizationCodeGrant(world.rp, new URL(at), checks);
      return () =>
        redeemed().then(
          () => 'in',
          () => 'refused',
        );
    },
  },
  refresh: standing((world, tokens) => client.refreshTokenGrant(world.rp, String(tokens.refresh_token))),
  userinfo: standing((world, tokens) => client.fetchUserInfo(world.rp, tokens.access_token, world.userId)),
  introspection: standing(
    async (world, tokens) => (await client.tokenIntrospection(world.rp, tokens.access_token)).active,
  ),
  'test run': {
    kind: 'test',
    prepare: async (world) => async () => {
      const { registry, seal, issuer, upstream } = world.gateway;
      const { settings } = world;
      if (!settings) throw new Error('there is no connection');
      const { path, testRunId } = registry.open(settings, [await seal(world.connectionId)]);
      const browser = new TinyBrowser();
      const toProvider = (await browser.go(`${issuer}${path}`)).headers.get('location');
      const query = toProvider === null ? '' : upstream.signIn(toProvider);
      if (toProvider) await browser.go(`${issuer}/login/callback/${world.connectionId}?${query}`);
      return registry.reports.get(testRunId)?.code ?? 'in';
    },
  },
  'client credentials': {
    kind: 'machine',
    prepare: async (world) => async () => {
      const asked = client.clientCredentialsGrant(world.rp, { scope: 'users:read' });
      return asked.then(
        () => 'in',
        (error: { error?: string }) => error.error ?? 'invalid_client',
      );
    },
  },
};

async function byForm(world: World, more: string, form: Record<string, string>): Promise<string> {
  const browser = new TinyBrowser();
  const { url } = await world.begin();
  const { at, response } = await browser.follow(url.href, url.host);
  if (!at.includes('/sign-in/') || !response) return world.verdict(browser, url.href);
  if (response.status !== 200) return world.verdictOf(response);
  const headers = { 'sec-fetch-site': 'same-origin' };
  const body = new URLSearchParams(form);
  return world.verdictOf(await browser.go(`${at}${more}`, { method: 'POST', body, headers }));
}

type State = {
  happens: (world: World) => Promise<unknown>;
  /** What is expected of each kind of path; undefined: the state cannot be there. */
  expect: Record<Exclude<Path['kind'], 'form return'>, string | undefined>;
};
const ok = 'in';
const refused = 'refused';
/** What only the directory knows: nobody is known before they come back. */
const atDirectory = (code: string) => ({
  ...{ entry: ok, form: ok, return: code, standing: refused, test: code, machine: ok },
});
const ofConnection = (code: string, change: Partial<State['expect']> = {}) => ({
  ...{ entry: code, form: 'discovery.no-way-in', return: code, standing: refused, test: ok },
  ...{ machine: ok, ...change },
});

const states: Record<string, State> = {
  'all is well': {
    happens: async () => undefined,
    expect: { entry: ok, form: ok, return: ok, standing: ok, test: ok, machine: ok },
  },
  'connection is a draft': {
    happens: (world) => world.connect({ state: 'draft' }),
    expect: ofConnection('connection.not-enabled'),
  },
  'connection disabled': {
    happens: (world) => world.connect({ state: 'disabled' }),
    expect: ofConnection('connection.not-enabled'),
  },
  'connection deleted': {
    happens: (world) => world.deleteConnection(),
    expect: ofConnection('connection.unknown', { test: undefined }),
  },
  'authority not listed': {
    happens: (world) => world.connect({ authority: 'https://login.gone.example' }),
    expect: ofConnection('connection.authority-not-listed', {
      ...{ form: 'connection.authority-not-listed', test: 'connection.authority-not-listed' },
    }),
  },
  'connection of another organization': {
    happens: (world) => world.connect({ organizationId: world.otherOrganizationId }),
    expect: ofConnection('connection.other-organization', { form: 'discovery.other-organization' }),
  },
  'asked for something that is no organization': {
    happens: async (world) => {
      world.asks = 'nobody';
      await world.connect({ organizationId: null });
    },
    expect: {
      ...{ entry: 'organization.unknown', form: 'organization.unknown', return: undefined },
      ...{ standing: undefined, test: undefined, machine: ok },
    },
  },
  'asked for an organization nobody knows': {
    happens: async (world) => {
      world.directoryRefuses = 'organization.not-found';
    },
    expect: { ...atDirectory('organization.not-found'), standing: undefined },
  },
  'organization suspended': {
    happens: async (world) => {
      world.directoryRefuses = 'organization.suspended';
      await world.hearOfOrganization('OrganizationSuspended');
    },
    expect: atDirectory('organization.suspended'),
  },
  'member left': {
    happens: async (world) => {
      world.directoryRefuses = 'organization.not-a-member';
      await world.hearOfOrganization('MemberRemoved', { userId: world.userId });
    },
    expect: atDirectory('organization.not-a-member'),
  },
  'connection not enabled for the application': {
    happens: (world) => world.connect({ enabledApplications: ['app_other'] }),
    expect: ofConnection('connection.other-application'),
  },
  'application takes other connections': {
    happens: (world) => world.changeApplication({ connections: [idFor('conn', 99)] }),
    expect: ofConnection('application.other-connections'),
  },
  'application deleted': {
    happens: (world) => world.changeApplication('delete'),
    expect: {
      ...{ entry: 'invalid_client', form: 'invalid_client', return: 'application.other-connections' },
      ...{ standing: refused, test: ok, machine: 'invalid_client' },
    },
  },
  'tenant not on the list': {
    happens: (world) => world.connect({ useCommonEndpoint: true, allowedTenants: [otherTenant] }),
    expect: {
      ...{ entry: ok, form: ok, standing: refused, machine: ok },
      ...{ return: 'upstream.tenant-not-allowed', test: 'upstream.tenant-not-allowed' },
    },
  },
  'user suspended': {
    happens: async (world) => {
      world.directoryRefuses = 'user.suspended';
      await world.hearOfUser('UserSuspended');
    },
    expect: atDirectory('user.suspended'),
  },
  'user deleted': {
    happens: async (world) => {
      world.directoryRefuses = 'user.not-provisioned';
      await world.hearOfUser('UserDeleted');
    },
    expect: atDirectory('user.not-provisioned'),
  },
  'identity removed': {
    happens: async (world) => {
      world.directoryRefuses = 'user.not-provisioned';
      await world.hearOfUser('IdentityRemoved', { connectionId: world.connectionId });
    },
    expect: atDirectory('user.not-provisioned'),
  },
};
const otherTenant = '00000000-0000-4000-8000-00000000beef';

/** The providers here answer by address. A form is looked at by the gate, and goes no further. */
function expectedOf(kind: Path['kind'], { expect: expected }: State): string | undefined {
  if (kind !== 'form return') return expected[kind];
  const byGate = expected.return === undefined || /^(connection|application)\./.test(expected.return);
  return byGate ? expected.return : 'upstream.callback-malformed';
}

describe('admission', () => {
  let gateway: WholeGateway;
  beforeAll(async () => {
    gateway = await startWholeGateway();
  });
  afterAll(() => gateway?.close());

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

  it('every path that a route names is walked, and every other proof is there', () => {
    for (const [route, entry] of Object.entries(routes)) {
      if (entry === 'nobody') continue;
      if ('path' in entry) expect([route, Object.keys(ways)]).toEqual([route, expect.arrayContaining([entry.path])]);
      else expect([route, existsSync(new URL(entry.provenBy, import.meta.url))]).toEqual([route, true]);
    }
  });

  describe.each(Object.entries(states))('%s', (_state, state) => {
    const cells = Object.entries(ways).filter(([, { kind }]) => expectedOf(kind, state) !== undefined);
    it.each(cells)('%s', async (_path, { kind, prepare }) => {
      const world = await World.make(gateway);
      const act = await prepare(world);
      await state.happens(world);
      expect(await act()).toBe(expectedOf(kind, state));
    });
  });

  it('A31: a tenant that is not on the list is told to whoever keeps it, with the attempt', async () => {
    const world = await World.make(gateway);
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
