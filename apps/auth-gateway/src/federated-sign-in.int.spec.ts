import {
  federationIssuer,
  profileClaimsTopic,
  signInTopic,
  type FederationConnectionSettings,
} from '@homerealm/contracts';
import type { Check } from '@homerealm/domain';
import { openEventLog, readAll } from '@homerealm/events';
import { describeWithBrowser, eventually, openChromium } from '@homerealm/testing';
import { decodeJwt } from 'jose';
import type * as client from 'openid-client';
import {
  aSamlConnection,
  aWsfedConnection,
  idFor,
  organizationA,
  organizationB,
  tenantId,
} from './fixtures/connections.js';
import { formOn, FormBrowser } from './fixtures/form-browser.js';
import { known, startWholeGateway, userId, type WholeGateway } from './fixtures/gateway-under-test.js';
import { beginFlow, redeem, register, type Registered, relyingParty } from './fixtures/provider-under-test.js';
import * as provider from './fixtures/small-federation.js';
import { html } from './http/sign-in/html.js';
import { Attempts } from './use-cases/attempts.port.js';

type Change = Partial<provider.Said>;
type Door = {
  strategy: string;
  of: typeof aWsfedConnection | typeof aSamlConnection;
  /** The person signs in at the provider they were sent to. */
  answer: (federation: provider.SmallFederation, at: string, change?: Change) => provider.PostedForm;
  stateField: 'wctx' | 'RelayState';
};
const doors: readonly [[string, Door], [string, Door]] = [
  [
    'WS-Federation',
    {
      ...{ strategy: 'entra-wsfed', of: aWsfedConnection, stateField: 'wctx' },
      answer: (federation, at, change) => federation.answerWsfed(at, change),
    },
  ],
  [
    'SAML',
    {
      ...{ strategy: 'entra-saml', of: aSamlConnection, stateField: 'RelayState' },
      answer: (federation, at, change) => federation.answerSaml(provider.readSamlAddress(at), change),
    },
  ],
];

let gateway: WholeGateway;
let federation: provider.SmallFederation;
let app: Registered;
let rp: client.Configuration;

beforeAll(async () => {
  federation = await provider.SmallFederation.start();
  gateway = await startWholeGateway();
  app = await register(gateway.issuer, {});
  rp = await relyingParty(gateway.issuer, app);
});
afterAll(() => gateway?.close());
beforeEach(() => {
  gateway.directory.answer = (asked) => known(asked);
  gateway.directory.asked.length = 0;
  gateway.time.shift = 0;
});

let count = 100;
/** A connection of its own for each test. */
async function connect(door: Door, change: object = {}, sealed = false): Promise<FederationConnectionSettings> {
  const connectionId = idFor('conn', ++count);
  const own = { connectionId, name: connectionId.replace('_', '-'), homeRealmDomains: [] };
  const { issuer, upstream } = gateway;
  const where = { authority: upstream.origin, graphOrigin: upstream.origin };
  const names = { callbackUrl: `${issuer}/login/callback/${connectionId}`, realm: `${issuer}/${connectionId}` };
  const settings = { ...own, ...where, ...names, entityId: names.realm, ...change };
  const connection = door.of(settings, federation.certificatePem);
  await gateway.keep(connection, sealed);
  return connection;
}

/** Sends the browser to the provider; gives the address there, or our page. */
async function leave({ connectionId }: { connectionId: string }, browser = new FormBrowser(), params = {}) {
  const flow = await beginFlow(rp, app, { connection_id: connectionId, ...params });
  const { at, response } = await browser.follow(flow.url.href, new URL(gateway.issuer).host);
  return { at, response, browser, flow };
}

async function refusalOf(page: Response) {
  const text = await page.text();
  const attemptId = /attempt_[0-9a-z]{26}/.exec(text)?.[0] ?? '';
  const attempt = await gateway.service.app.get(Attempts).find(attemptId);
  return { code: attempt?.code, attempt, text, location: page.headers.get('location') };
}
/** Both events of a sign-in that went well. */
async function eventsOf(attemptId: string) {
  const { EVENT_LOG_DATABASE_URL } = gateway.settings;
  const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL });
  try {
    return await eventually(async () => {
      const all = [...(await readAll(log, signInTopic)), ...(await readAll(log, profileClaimsTopic))];
      const ours = all.filter(({ event }) => (event?.data as { attemptId?: string }).attemptId === attemptId);
      return ours.length === 2 && ours.map(({ event }) => event);
    });
  } finally {
    await log.close();
  }
}

const codeOf = async (page: Response) => (await refusalOf(page)).code;

describe.each(doors)('signing in by %s', (_name, door) => {
  it('goes through a page of ours, and ends in tokens; no credential is needed', async () => {
    const connection = await connect(door);
    const { at, browser, flow } = await leave(connection);
    expect(new URL(at).origin).toBe(gateway.upstream.origin);
    const form = door.answer(federation, at);
    expect(form.action).toBe(connection.callbackUrl);
    const between = await browser.postFromElsewhere(form);
    expect(between.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/);
    expect(between.headers.getSetCookie()).toEqual([]);
    const back = await browser.submit(between, form.action);
    expect(back.status).toBe(303);
    const tokens = await redeem(rp, back.headers.get('location') ?? '', flow);
    expect(tokens.claims()).toMatchObject({ sub: userId });
    expect(gateway.directory.asked[0]).toMatchObject({
      connection: { connectionId: connection.connectionId, strategy: door.strategy, pinnedTenant: true },
      account: { key: { kind: 'entra', tenantId, objectId: provider.objectId } },
    });
  });

  it('tells tokens, events and records nothing that only a sign-out needs, and records no values', async () => {
    const connection = await connect(door);
    const { at, browser, flow } = await leave(connection);
    const back = await browser.comeBack(door.answer(federation, at));
    const tokens = await redeem(rp, back.headers.get('location') ?? '', flow);
    const { rows: attempts } = await gateway.pool.query<{ attempt_id: string; checks: Check[] }>(
      'SELECT attempt_id, checks FROM sign_in_attempt WHERE connection_id = $1',
      [connection.connectionId],
    );
    const events = await eventsOf(attempts[0]?.attempt_id ?? '');
    const claims = [tokens.access_token, tokens.id_token ?? ''].map((token) => decodeJwt(token));
    expect(JSON.stringify([attempts, events, claims])).not.toMatch(/canary-session-index|saml:Assertion/);
    // The name is a part of the account, which goes to profiles with its claims, and nowhere else.
    const others = events.filter((event) => event?.type !== 'ProfileClaimsReceived');
    expect(others).toHaveLength(1);
    expect(JSON.stringify([attempts, others, claims])).not.toContain('canary-name-id');
    const outline = attempts[0]?.checks.find(({ code }) => code === 'upstream.assertion');
    expect(JSON.stringify(outline)).toContain('emailaddress');
    expect(JSON.stringify(attempts)).not.toContain(provider.federatedEmail);
  });

  it('A10: a state that is an address leads nowhere', async () => {
    const connection = await connect(door);
    const { at, browser } = await leave(connection);
    const form = door.answer(federation, at);
    const fields = { ...form.fields, [door.stateField]: 'https://evil.example/' };
    const refusal = await refusalOf(await browser.comeBack({ ...form, fields }));
    expect(refusal).toMatchObject({ code: 'sign-in.transaction-unknown', location: null });
    expect(refusal.text).not.toContain('evil.example');
  });

  it('A20: an answer works once', async () => {
    const { at, browser } = await leave(await connect(door));
    const form = door.answer(federation, at);
    const answers = await Promise.all(Array.from({ length: 8 }, () => browser.comeBack(form)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(await codeOf(await browser.comeBack(form))).toBe('sign-in.transaction-used');
  });

  it.each<[string, Change]>([
    ['upstream.audience-mismatch', { audience: 'urn:somebody-else' }],
    ['upstream.issuer-mismatch', { issuer: 'https://sts.windows.net/00000000-0000-4000-8000-00000000beef/' }],
    ['upstream.expired', { from: -90, until: -30 }],
    ['upstream.not-yet-valid', { from: 30, until: 90 }],
    ['upstream.recipient-mismatch', { recipient: 'https://evil.example/login/callback/conn_1' }],
  ])('A23: refuses with %s: %j', async (code, change) => {
    const { at, browser } = await leave(await connect(door));
    expect(await codeOf(await browser.comeBack(door.answer(federation, at, change)))).toBe(code);
  });

  it.each(['wtrealm', 'wreply', 'wctx', 'SAMLRequest', 'RelayState'])('A24: nobody sets %s', async (name) => {
    const connection = await connect(door, { upstreamParams: { [name]: { value: 'https://evil.example/' } } });
    const { response } = await leave(connection);
    expect(response && (await codeOf(response))).toBe('upstream.param-reserved');
  });

  it('A33: an answer for one connection is no answer at another', async () => {
    const [one, other] = [await connect(door), await connect(door)];
    const browser = new FormBrowser();
    const atOne = door.answer(federation, (await leave(one, browser)).at);
    const elsewhere = { ...atOne, action: other.callbackUrl };
    expect(await codeOf(await browser.comeBack(elsewhere))).toBe('sign-in.transaction-other-connection');
    const fresh = door.answer(federation, (await leave(one, browser)).at);
    const atOther = door.answer(federation, (await leave(other, browser)).at);
    const swapped = {
      action: atOther.action,
      fields: { ...fresh.fields, [door.stateField]: atOther.fields[door.stateField] ?? '' },
    };
    expect(await codeOf(await browser.comeBack(swapped))).toMatch(
      /^upstream\.(audience|recipient|in-response-to|destination)-mismatch$/,
    );
    expect(gateway.directory.asked).toEqual([]);
  });

  it('A33: pasted metadata speaks for its own connection only, whatever tenant it names', async () => {
    const listed = door.of({}, federation.certificatePem);
    const connection = await connect(door, { provider: { ...listed.provider, source: 'pasted', signIn: httpsSignIn } });
    const { at, browser } = await leave(connection);
    expect((await browser.comeBack(door.answer(federation, at))).status).toBe(303);
    expect(gateway.directory.asked[0]).toMatchObject({
      connection: { pinnedTenant: false },
      account: { key: { kind: 'oidc', issuer: federationIssuer(connection), subject: provider.nameId } },
    });
  });

  it('A33: an assertion about another tenant signs nobody in', async () => {
    const { at, browser } = await leave(await connect(door));
    const attributes = attributesWith('tenantid', ['00000000-0000-4000-8000-00000000beef']);
    expect(await codeOf(await browser.comeBack(door.answer(federation, at, { attributes })))).toBe(
      'upstream.tenant-mismatch',
    );
  });

  it.each<[string, (connection: FederationConnectionSettings) => Promise<unknown>]>([
    ['connection.not-enabled', (connection) => gateway.keep({ ...connection, state: 'disabled' }, false)],
    [
      'connection.other-application',
      (connection) => gateway.keep({ ...connection, enabledApplications: ['app_other'] }, false),
    ],
    [
      'connection.other-organization',
      (connection) => gateway.keep({ ...connection, organizationId: organizationB as never }, false),
    ],
    [
      'connection.authority-not-listed',
      (connection) => gateway.keep({ ...connection, authority: 'https://gone.example' }, false),
    ],
    [
      'sign-in.transaction-expired',
      async () => {
        gateway.time.shift = 10 * 60_000;
      },
    ],
  ])('meets the gate again on the way back: %s', async (code, happens) => {
    const connection = await connect(door);
    const { at, browser } = await leave(connection, new FormBrowser(), { org_code: organizationA });
    const form = door.answer(federation, at);
    await happens(connection);
    expect(await codeOf(await browser.comeBack(form))).toBe(code);
  });

  it('A7: a browser without our cookie is asked once, and then refused', async () => {
    const { at } = await leave(await connect(door));
    const stranger = new FormBrowser();
    const form = door.answer(federation, at);
    expect(await codeOf(await stranger.comeBack(form))).toBe('sign-in.transaction-not-this-browser');
    const again = await stranger.postFromElsewhere(form);
    const older = { ...form, fields: formOn(await again.text()).fields };
    expect(await codeOf(await stranger.postFromElsewhere(older))).toBe('sign-in.transaction-not-this-browser');
  });

  it('tests a draft: passes with the whole answer, and says which claim is missing', async () => {
    const connection = await connect(door, { state: 'draft' });
    const test = async (change: Change) => {
      const { path, testRunId } = gateway.registry.open(connection, []);
      const browser = new FormBrowser();
      const at = (await browser.go(`${gateway.issuer}${path}`)).headers.get('location') ?? '';
      const page = await (await browser.comeBack(door.answer(federation, at, change))).text();
      return { page, report: gateway.registry.reports.get(testRunId) };
    };
    const good = await test({});
    expect(good.report).toMatchObject({ passed: true, predicted: { groups: { completeness: 'complete', count: 1 } } });
    expect(good.page).toContain('upstream.assertion');
    const { report, page } = await test({ attributes: attributesWith('objectidentifier', undefined) });
    expect(report).toMatchObject({ passed: false, code: 'upstream.object-missing', upstream: null });
    expect(page).toContain('does not name the person’s object id');
  });

  it('A22: ten megabytes end as a page with a code, and nothing is kept of them', async () => {
    const { at, browser } = await leave(await connect(door));
    const form = door.answer(federation, at);
    const [field = ''] = Object.keys(form.fields).filter((name) => /wresult|SAMLResponse/.test(name));
    const page = await browser.postFromElsewhere({
      ...form,
      fields: { ...form.fields, [field]: 'x'.repeat(10_000_000) },
    });
    const text = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([413, 'text/html; charset=utf-8']);
    expect(text).toContain('sign-in.answer-too-large');
    expect((await browser.comeBack(form)).status).toBe(303);
  });
});

const httpsSignIn = [{ binding: 'redirect', url: 'https://adfs.fabrikam.example/adfs/ls' }];

function attributesWith(ending: string, values: string[] | undefined): Record<string, string[]> {
  const all = Object.entries(provider.attributes).filter(([name]) => values !== undefined || !name.endsWith(ending));
  return Object.fromEntries(all.map(([name, was]) => [name, name.endsWith(ending) ? (values ?? was) : was]));
}

describe('an answer of SAML', () => {
  it('A23: names the request it answers, by its own id', async () => {
    const [, saml] = doors[1];
    const { at, browser } = await leave(await connect(saml));
    const answered = saml.answer(federation, at, { inResponseTo: '_0f1e2d3c4b5a69788796a5b4c3d2e1f0' });
    expect(await codeOf(await browser.comeBack(answered))).toBe('upstream.in-response-to-mismatch');
  });
});

describe('an assertion that travels', () => {
  const [, wsfed] = doors[0];

  it('A20: is refused by another instance, in a sign-in of its own', async () => {
    const connection = await connect(wsfed);
    const browser = new FormBrowser();
    const used = wsfed.answer(federation, (await leave(connection, browser)).at);
    expect((await browser.comeBack(used)).status).toBe(303);
    const other = await gateway.another();
    try {
      const fresh = new URL((await leave(connection, browser, { prompt: 'login' })).at).searchParams.get('wctx') ?? '';
      const action = `${other.url}/login/callback/${connection.connectionId}`;
      const replayed = await browser.comeBack({ action, fields: { ...used.fields, wctx: fresh } });
      expect(await codeOf(replayed)).toBe('upstream.assertion-replayed');
    } finally {
      await other.close();
    }
  });
});

describe('a provider that takes requests as a form only', () => {
  const [, saml] = doors[1];
  const leaveByForm = async () => {
    const { provider: said } = saml.of({ authority: gateway.upstream.origin }, federation.certificatePem);
    const signIn = said.signIn.filter(({ binding }) => binding === 'post');
    const connection = await connect(saml, { provider: { ...said, signIn } });
    const { at, response, browser } = await leave(connection);
    return { at, page: (await response?.text()) ?? '', browser, connection };
  };

  it('gets it from a page of ours, and its answer signs in', async () => {
    const { at, page, browser, connection } = await leaveByForm();
    expect(new URL(at).pathname).toBe(`/login/leave/${connection.connectionId}`);
    const form = formOn(page);
    expect(new URL(form.action).origin).toBe(gateway.upstream.origin);
    const request = provider.readSamlForm(form);
    expect(request.consumer).toBe(connection.callbackUrl);
    expect((await browser.comeBack(federation.answerSaml(request))).status).toBe(303);
  });

  it('A7: shows the page to its own browser only, and not once it is back', async () => {
    const { at, page, browser } = await leaveByForm();
    expect((await new FormBrowser().go(at)).status).toBe(410);
    expect((await browser.go(at.replace(/state=[^&]+/, 'state=none'))).status).toBe(410);
    expect((await browser.go(at)).status).toBe(200);
    await browser.comeBack(federation.answerSaml(provider.readSamlForm(formOn(page))));
    expect((await browser.go(at)).status).toBe(410);
  });
});

describeWithBrowser('a provider’s form in a real browser', () => {
  let chromium: Awaited<ReturnType<typeof openChromium>>;
  beforeAll(async () => {
    chromium = await openChromium();
  });
  afterAll(() => chromium?.close());

  it.each([
    ['with scripts, by itself', true],
    ['without scripts, by its button', false],
  ])('gets through %s', async (_how, javaScriptEnabled) => {
    const [, wsfed] = doors[0];
    const { at, browser } = await leave(await connect(wsfed));
    const { action, fields } = wsfed.answer(federation, at);
    const inputs = Object.entries(fields).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    );
    const body = html`<form method="post" action="${action}">${inputs}<button>Sign in</button></form>`.text;
    const page = await (await chromium.newContext({ javaScriptEnabled })).newPage();
    const bound = { url: gateway.issuer, sameSite: 'Lax' as const };
    await page.context().addCookies([...browser.jar].map(([name, value]) => ({ name, value, ...bound })));
    await page.route('http://login.example/', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('http://login.example/');
    const backAtApplication = page.waitForRequest(/^https:\/\/shop\.example\/cb\?/);
    await page.getByRole('button', { name: 'Sign in' }).click({ noWaitAfter: true });
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click({ noWaitAfter: true });
    expect(new URL((await backAtApplication).url()).searchParams.has('code')).toBe(true);
    await page.context().close();
  });
});
