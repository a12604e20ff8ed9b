import { createSigningCertificate, type IssuedCertificate } from '@homerealm/testing/tls';
import { credentialSealContext, type FederationConnectionSettings } from '@homerealm/contracts';
import { makeId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { openSealer } from '@homerealm/platform';
import { eventually } from '@homerealm/testing';
import { randomBytes } from 'node:crypto';
import * as client from 'openid-client';
import pg from 'pg';
import { aSamlConnection, aWsfedConnection, idFor, tenantId } from './fixtures/connections.js';
import { FormBrowser, formOn } from './fixtures/form-browser.js';
import { startWholeGateway, userId, type WholeGateway } from './fixtures/gateway-under-test.js';
import {
  adminToken,
  beginFlow,
  redeem,
  register,
  type Registered,
  relyingParty,
} from './fixtures/provider-under-test.js';
import { readSamlAddress, nameId, sessionIndex, SmallFederation } from './fixtures/small-federation.js';
import { hearAddress, hearForm, isSignedBy, SmallSignOut, type SignOutSaid } from './fixtures/small-sign-out.js';
import { ConnectionReplica, Connections } from './use-cases/connections.port.js';
import { SignOuts } from './use-cases/sign-out/sign-outs.port.js';

const bye = 'https://shop.example/bye';
const minute = 60_000;
type Strategy = 'entra-wsfed' | 'entra-saml';

let gateway: WholeGateway;
let log: pg.Pool;
let federation: SmallFederation;
let says: SmallSignOut;
let certificate: IssuedCertificate;
let app: Registered;
let rp: client.Configuration;
const lines: string[] = [];

beforeAll(async () => {
  [federation, certificate] = await Promise.all([SmallFederation.start(), createSigningCertificate('Ours')]);
  says = new SmallSignOut(federation);
  gateway = await startWholeGateway({ LOG_LEVEL: 'warn' }, { write: (line) => void lines.push(line) });
  log = new pg.Pool({ connectionString: gateway.settings.EVENT_LOG_DATABASE_URL, max: 1 });
  const backchannelLogoutUri = 'http://127.0.0.1:9/logout';
  app = await register(gateway.issuer, { postLogoutRedirectUris: [bye], backchannelLogoutUri });
  rp = await relyingParty(gateway.issuer, app);
});
afterAll(async () => {
  await log?.end();
  await gateway?.close();
});
beforeEach(() => {
  gateway.time.shift = 0;
  lines.length = 0;
});

let count = 500;
/** A connection of its own for each test, whose provider takes sign-outs by this binding. */
async function connect(strategy: Strategy, change: object = {}, binding: 'redirect' | 'post' = 'redirect') {
  const connectionId = idFor('conn', ++count);
  const { issuer, upstream } = gateway;
  const own = { connectionId, name: connectionId.replace('_', '-'), homeRealmDomains: [] };
  const names = { callbackUrl: `${issuer}/login/callback/${connectionId}`, realm: `${issuer}/${connectionId}` };
  const settings = { ...own, ...names, authority: upstream.origin, graphOrigin: upstream.origin };
  const make = strategy === 'entra-wsfed' ? aWsfedConnection : aSamlConnection;
  const made = make({ ...settings, entityId: names.realm }, federation.certificatePem);
  const signOut = [{ binding, url: `${upstream.origin}/${tenantId}/sign-out` }];
  const connection = { ...made, provider: { ...made.provider, signOut }, ...change } as typeof made;
  await keep(connection);
  return connection;
}

/** Tells the gateway of the connection as it is now, with our certificate. */
async function keep(connection: FederationConnectionSettings): Promise<void> {
  await sealCertificates(await gateway.keep(connection, false), [certificate]);
}

/** Gives the connection certificates, as its admin saves them. */
async function sealCertificates({ connectionId }: { connectionId: string }, certificates: IssuedCertificate[]) {
  const { app: nest } = gateway.service;
  const known = () => nest.get(Connections).find(connectionId);
  const sealer = openSealer(gateway.settings.SEALING_KEYS);
  const credentials = await Promise.all(
    certificates.map(async ({ keyPem, certPem }) => {
      const credentialId = makeId('cred', Date.now(), randomBytes(10));
      const text = JSON.stringify({ kind: 'certificate', privateKeyPem: keyPem, certificatePem: certPem });
      const { sealed, keyId } = await sealer.seal(text, credentialSealContext(connectionId, credentialId));
      return { credentialId, kind: 'certificate' as const, sealed, sealingKeyId: keyId, expiresAt: null };
    }),
  );
  const replica = nest.get(ConnectionReplica);
  const revision = (await known())?.settings.revision ?? 0;
  await nest.get(Database).transaction(() => replica.keepCredentials(connectionId, revision, credentials));
  await eventually(async () => (await known())?.credentials[0]?.credentialId === credentials[0]?.credentialId);
}

const signOutUrlOf = ({ connectionId }: { connectionId: string }) => `${gateway.issuer}/login/logout/${connectionId}`;
const host = () => new URL(gateway.issuer).host;

/** Signs in through the connection, in a browser of its own. */
async function signIn(connection: FederationConnectionSettings, params: Record<string, string> = {}) {
  const browser = new FormBrowser();
  const flow = await beginFlow(rp, app, { connection_id: connection.connectionId, ...params });
  const { at } = await browser.follow(flow.url.href, host());
  const isWsfed = connection.strategy === 'entra-wsfed';
  const form = isWsfed ? federation.answerWsfed(at) : federation.answerSaml(readSamlAddress(at));
  const back = await browser.comeBack(form);
  const tokens = await redeem(rp, back.headers.get('location') ?? '', flow);
  return { browser, tokens, idToken: tokens.id_token ?? '' };
}

/** Signs out at the application; gives where the browser goes then. */
async function signOut(browser: FormBrowser, idToken: string, params: Record<string, string> = {}): Promise<string> {
  const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: bye, state: 's 1', ...params });
  const answer = await browser.go(`${gateway.issuer}/oauth2/logout?${query}`);
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

async function isSignedIn(browser: FormBrowser): Promise<boolean> {
  const { url } = await beginFlow(rp, app, { prompt: 'none' });
  return ((await browser.go(url.href)).headers.get('location') ?? '').includes('code=');
}
const refreshes = (token: unknown) =>
  client.refreshTokenGrant(rp, String(token)).then(
    () => true,
    () => false,
  );

const goesBack = `${bye}?state=s+1`;
const codeOn = async (page: Response) => /<dd>([a-z.-]+)<\/dd>/.exec(await page.text())?.[1];
const sessionsOf = async ({ connectionId }: { connectionId: string }) => {
  const sql = "SELECT 1 FROM oidc_record WHERE kind = 'Session' AND facts ->> 'connectionId' = $1";
  return (await gateway.pool.query(sql, [connectionId])).rows.length;
};

describe('our metadata', () => {
  it('is there before the connection is enabled, with certificates and addresses and no key', async () => {
    const connection = await connect('entra-saml', { state: 'draft', signRequests: true });
    const older = await createSigningCertificate('Older');
    await sealCertificates(connection, [certificate, older]);
    const answer = await fetch(`${gateway.issuer}/login/metadata/${connection.connectionId}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/samlmetadata\+xml/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const xml = await answer.text();
    for (const { certPem } of [certificate, older]) {
      expect(xml).toContain(certPem.replace(/-----.*?-----|\s/g, ''));
    }
    expect(xml).not.toContain(certificate.keyPem.slice(40, 80));
    expect(xml).not.toContain('PRIVATE');
    expect(xml).toContain(`Location="${connection.callbackUrl}"`);
    expect(xml).toContain(`Location="${signOutUrlOf(connection)}"`);
  });

  it('is that of an application for WS-Federation', async () => {
    const connection = await connect('entra-wsfed', { state: 'disabled' });
    const xml = await (await fetch(`${gateway.issuer}/login/metadata/${connection.connectionId}`)).text();
    expect(xml).toContain('fed:ApplicationServiceType');
    expect(xml).toContain(connection.callbackUrl);
  });

  it('is not there for other connections, and for none', async () => {
    const { connectionId } = await gateway.connect({ connectionId: idFor('conn', 499), homeRealmDomains: [] });
    for (const id of [connectionId, idFor('conn', 498), 'x']) {
      const answer = await fetch(`${gateway.issuer}/login/metadata/${id}`);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await answer.json()).toMatchObject({ status: 404, code: 'sign-out.connection-unknown' });
    }
  });
});

describe('signing out here', () => {
  it('by SAML: our session ends first, then the provider hears it by name, and the way ends at the application', async () => {
    const connection = await connect('entra-saml');
    const { browser, tokens, idToken } = await signIn(connection, { scope: 'openid' });
    const at = await signOut(browser, idToken);
    expect(at.startsWith(`${gateway.upstream.origin}/${tenantId}/sign-out?SAMLRequest=`)).toBe(true);
    expect(await isSignedIn(browser)).toBe(false);
    await expect(client.fetchUserInfo(rp, tokens.access_token, userId)).rejects.toThrow();
    expect(isSignedBy(at, certificate.certPem)).toBe(true);
    const heard = hearAddress(at);
    expect(heard.xml).toContain(`>${nameId}<`);
    expect(heard.xml).toContain(`>${sessionIndex}<`);
    expect(heard.relayState).toMatch(/^[\w-]{43}$/);
    const answer = { inResponseTo: heard.id };
    const back = await browser.go(says.responseAddress(signOutUrlOf(connection), answer, heard.relayState));
    expect([back.status, back.headers.get('location')]).toEqual([303, goesBack]);
    expect(lines.join()).not.toContain('refused');
  });

  it('by SAML: an answer by form comes without our cookie, and so through our page', async () => {
    const connection = await connect('entra-saml');
    const { browser, idToken } = await signIn(connection);
    const { id: inResponseTo, relayState } = hearAddress(await signOut(browser, idToken));
    const form = says.responseForm(signOutUrlOf(connection), { inResponseTo }, relayState);
    const back = await browser.comeBack(form);
    expect([back.status, back.headers.get('location')]).toEqual([303, goesBack]);
    expect(lines.join()).not.toContain('refused');
  });

  it('by SAML: a provider that takes forms only gets one, from a page of this browser', async () => {
    const connection = await connect('entra-saml', {}, 'post');
    const { browser, idToken } = await signIn(connection);
    const at = await signOut(browser, idToken);
    expect(at).toBe(`/login/logout/${connection.connectionId}/leave`);
    const page = `${gateway.issuer}${at}`;
    expect((await new FormBrowser().go(page)).status).toBe(410);
    const form = formOn(await (await browser.go(page)).text());
    expect(form.action).toBe(`${gateway.upstream.origin}/${tenantId}/sign-out`);
    const { id: inResponseTo, relayState } = hearForm(form);
    const back = await browser.go(says.responseAddress(signOutUrlOf(connection), { inResponseTo }, relayState));
    expect(back.headers.get('location')).toBe(goesBack);
    expect((await browser.go(page)).status).toBe(410);
  });

  it('by WS-Federation: the provider gets our address for the way back, and nothing of the application', async () => {
    const connection = await connect('entra-wsfed');
    const { browser, idToken } = await signIn(connection);
    const at = new URL(await signOut(browser, idToken));
    expect([at.origin, at.searchParams.get('wa')]).toEqual([gateway.upstream.origin, 'wsignout1.0']);
    expect(at.searchParams.get('wreply')).toBe(signOutUrlOf(connection));
    expect(at.href).not.toContain('shop.example');
    expect(await isSignedIn(browser)).toBe(false);
    const back = await browser.go(signOutUrlOf(connection));
    expect([back.status, back.headers.get('location')]).toEqual([303, goesBack]);
  });

  it('ends at our own page where the application named no address', async () => {
    const connection = await connect('entra-wsfed');
    const { browser, idToken } = await signIn(connection);
    const answer = await browser.go(`${gateway.issuer}/oauth2/logout?id_token_hint=${idToken}`);
    expect(answer.headers.get('location')).toContain('wsignout1.0');
    const back = await browser.go(signOutUrlOf(connection));
    expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('You are signed out')]);
  });

  it('where we ask first, goes on to the provider only for those who say yes', async () => {
    const connection = await connect('entra-wsfed');
    const { browser } = await signIn(connection);
    const ask = async (answer: Record<string, string>) => {
      const query = new URLSearchParams({ client_id: app.id, post_logout_redirect_uri: bye });
      const page = await (await browser.go(`${gateway.issuer}/oauth2/logout?${query}`)).text();
      const body = new URLSearchParams({ xsrf: /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? '', ...answer });
      return browser.go(`${gateway.issuer}/oauth2/logout/confirm`, { method: 'POST', body });
    };
    expect((await ask({})).headers.get('location')).toBe(bye);
    expect((await ask({ logout: 'yes' })).headers.get('location')).toContain('wsignout1.0');
  });

  it('leaves the provider alone where its admin says so, where it takes no sign-outs, and where it is not enabled', async () => {
    const quiet = await connect('entra-saml', { singleLogout: false });
    const without = await connect('entra-saml');
    await keep({ ...without, provider: { ...without.provider, signOut: [] } });
    const disabled = await connect('entra-wsfed');
    for (const connection of [quiet, without, disabled]) {
      const { browser, idToken } = await signIn(connection);
      if (connection === disabled) await keep({ ...connection, state: 'disabled' });
      expect(await signOut(browser, idToken)).toBe(goesBack);
      expect(await isSignedIn(browser)).toBe(false);
    }
  });

  it('A10: goes to no address that metadata names outside of the connection’s authority', async () => {
    const connection = await connect('entra-saml');
    const { browser, idToken } = await signIn(connection);
    const elsewhere = [{ binding: 'redirect' as const, url: 'https://evil.example/sign-out' }];
    await keep({ ...connection, provider: { ...connection.provider, signOut: elsewhere } });
    const asked = await browser.go(says.requestAddress(signOutUrlOf(connection)));
    expect([asked.status, asked.headers.get('location')]).toEqual([400, null]);
    expect(await signOut(browser, idToken)).toBe(goesBack);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends here also when nothing can be said to the provider', async () => {
    const connection = await connect('entra-saml');
    const { browser, idToken } = await signIn(connection);
    await sealCertificates(connection, [{ certPem: certificate.certPem, keyPem: 'no key' }]);
    expect(await signOut(browser, idToken)).toBe(goesBack);
    expect(await isSignedIn(browser)).toBe(false);
    expect(lines.join('\n')).toContain('somebody could not be signed out at their provider too');
  });

  it.each<[string, Partial<SignOutSaid>]>([
    ['upstream.sign-out-refused', { status: 'Responder' }],
    ['upstream.in-response-to-mismatch', { inResponseTo: '_of-another-request' }],
    ['upstream.issuer-mismatch', { issuer: 'https://evil.example/' }],
    ['upstream.destination-mismatch', { destination: 'https://evil.example/' }],
  ])('an answer that is refused with %s strands nobody, and is in the log', async (code, change) => {
    const connection = await connect('entra-saml');
    const { browser, idToken } = await signIn(connection);
    const { id, relayState } = hearAddress(await signOut(browser, idToken));
    const form = says.responseForm(signOutUrlOf(connection), { inResponseTo: id, ...change }, relayState);
    const back = await browser.comeBack({ ...form, action: signOutUrlOf(connection) });
    expect(back.headers.get('location')).toBe(goesBack);
    expect(lines.filter((line) => line.includes(code) && line.includes(connection.connectionId))).toHaveLength(1);
    expect(lines.join()).not.toMatch(/canary|saml/i);
  });

  it.each(['https://evil.example/', '//evil.example', 'javascript:alert(1)'])(
    'A10: RelayState is a handle and never an address: %s',
    async (relayState) => {
      const connection = await connect('entra-saml');
      const { browser, idToken } = await signIn(connection);
      const { id: inResponseTo } = hearAddress(await signOut(browser, idToken));
      const at = signOutUrlOf(connection);
      const answers = [
        await browser.go(says.responseAddress(at, { inResponseTo }, relayState)),
        await browser.comeBack(says.responseForm(at, { inResponseTo }, relayState)),
        await browser.go(
          `${at}?${new URLSearchParams({ RelayState: relayState, wreply: relayState, wctx: relayState })}`,
        ),
      ];
      for (const answer of answers) {
        expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
        expect(await answer.text()).not.toContain(relayState);
      }
    },
  );

  it('A10: an address that the application took back meanwhile is none any more', async () => {
    const connection = await connect('entra-wsfed');
    const own = await register(gateway.issuer, { postLogoutRedirectUris: [bye] });
    const { browser } = await signIn(connection);
    const query = new URLSearchParams({ client_id: own.id, post_logout_redirect_uri: bye });
    const page = await (await browser.go(`${gateway.issuer}/oauth2/logout?${query}`)).text();
    const body = new URLSearchParams({ xsrf: /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? '', logout: 'yes' });
    await browser.go(`${gateway.issuer}/oauth2/logout/confirm`, { method: 'POST', body });
    const headers = { authorization: `Bearer ${await adminToken(gateway.issuer)}`, 'content-type': 'application/json' };
    const change = { method: 'PATCH', headers, body: '{"postLogoutRedirectUris":[]}' };
    expect((await fetch(`${gateway.issuer}/applications/${own.id}`, change)).status).toBe(200);
    const back = await browser.go(signOutUrlOf(connection));
    expect([back.status, back.headers.get('location')]).toEqual([200, null]);
  });

  it('A7: the way back is one browser’s, works once, for ten minutes, and is forgotten then', async () => {
    const connection = await connect('entra-wsfed');
    const at = signOutUrlOf(connection);
    const begin = async () => {
      const { browser, idToken } = await signIn(connection);
      await signOut(browser, idToken);
      return browser;
    };
    const browser = await begin();
    expect((await new FormBrowser().go(at)).headers.get('location')).toBeNull();
    const both = await Promise.all([browser.go(at), browser.go(at)]);
    expect(both.map((answer) => answer.headers.get('location')).filter((to) => to === goesBack)).toHaveLength(1);
    const late = await begin();
    gateway.time.shift = 10 * minute;
    expect((await late.go(at)).headers.get('location')).toBeNull();
    const left = () =>
      gateway.pool.query('SELECT 1 FROM upstream_sign_out WHERE connection_id = $1', [connection.connectionId]);
    expect((await left()).rows).toHaveLength(1);
    await gateway.service.app.get(SignOuts).sweep(Date.now() + 11 * minute);
    expect((await left()).rows).toHaveLength(0);
  });
});

describe('signing out at a provider of SAML', () => {
  const toldOf = async (): Promise<number> => {
    const { rows } = await log.query<{ value: string }>('SELECT value FROM log_event WHERE key = $1', [userId]);
    return rows.filter(({ value }) => (JSON.parse(value) as { reason?: string }).reason === 'revoked').length;
  };
  const notices = async () => (await gateway.pool.query('SELECT 1 FROM logout_notice')).rows.length;

  it('ends every session and grant of that name, in all browsers, with events and notices, and answers', async () => {
    const connection = await connect('entra-saml');
    const [one, other] = [await signIn(connection), await signIn(connection)];
    const [told, noted] = [await toldOf(), await notices()];
    const stranger = new FormBrowser();
    const form = says.requestForm(signOutUrlOf(connection), { id: '_of-the-provider-1' }, 'theirs');
    const answer = await stranger.postFromElsewhere(form);
    expect(answer.status).toBe(303);
    const at = answer.headers.get('location') ?? '';
    expect(at.startsWith(`${gateway.upstream.origin}/${tenantId}/sign-out?SAMLResponse=`)).toBe(true);
    expect(isSignedBy(at, certificate.certPem)).toBe(true);
    expect(hearAddress(at)).toMatchObject({
      ...{ inResponseTo: '_of-the-provider-1', succeeded: true, relayState: 'theirs' },
    });
    for (const { browser, tokens } of [one, other]) {
      expect(await isSignedIn(browser)).toBe(false);
      expect(await refreshes(tokens.refresh_token)).toBe(false);
    }
    expect(await sessionsOf(connection)).toBe(0);
    expect(await notices()).toBe(noted + 2);
    await eventually(async () => (await toldOf()) > told, { says: 'UserSignedOut' });
  });

  it('by redirect, too; and by form to a provider that takes forms only', async () => {
    const connection = await connect('entra-saml', {}, 'post');
    const { browser } = await signIn(connection);
    const page = await browser.go(says.requestAddress(signOutUrlOf(connection), { id: '_of-the-provider-2' }));
    const form = formOn(await page.text());
    expect(form.action).toBe(`${gateway.upstream.origin}/${tenantId}/sign-out`);
    expect(hearForm(form)).toMatchObject({ inResponseTo: '_of-the-provider-2', succeeded: true });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends only the sessions it names, where it names some', async () => {
    const connection = await connect('entra-saml');
    const { browser } = await signIn(connection);
    const at = signOutUrlOf(connection);
    expect((await browser.go(says.requestAddress(at, { sessionIndexes: ['_another'] }))).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(true);
    expect((await browser.go(says.requestAddress(at, { sessionIndexes: ['_another', sessionIndex] }))).status).toBe(
      303,
    );
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('A33: ends nobody of another connection, and nobody of another name', async () => {
    const [mine, other] = [await connect('entra-saml'), await connect('entra-saml')];
    const { browser } = await signIn(mine);
    await browser.go(says.requestAddress(signOutUrlOf(other)));
    await browser.go(says.requestAddress(signOutUrlOf(mine), { nameId: 'somebody-else' }));
    expect(await isSignedIn(browser)).toBe(true);
  });

  it.each<[string, Partial<SignOutSaid>]>([
    ['upstream.issuer-mismatch', { issuer: 'https://evil.example/' }],
    ['upstream.destination-mismatch', { destination: 'https://evil.example/login/logout/conn' }],
    ['upstream.expired', { issued: -30, until: -20 }],
    ['upstream.issued-in-future', { issued: 30, until: 40 }],
  ])('A23: refuses with %s: %j', async (code, change) => {
    const connection = await connect('entra-saml');
    const { browser } = await signIn(connection);
    const at = signOutUrlOf(connection);
    const pages = [
      await browser.postFromElsewhere({ ...says.requestForm(at, change), action: at }),
      await browser.go(says.requestAddress(at, change).replace(/^.*?[?]/, `${at}?`)),
    ];
    for (const page of pages) {
      expect([page.status, await codeOn(page)]).toEqual([400, code]);
    }
    expect(await isSignedIn(browser)).toBe(true);
    expect(lines.filter((line) => line.includes(code) && line.includes(connection.connectionId))).toHaveLength(2);
    expect(lines.join()).not.toMatch(/canary|saml/i);
  });

  it('A20: takes a request once', async () => {
    const connection = await connect('entra-saml');
    const at = says.requestAddress(signOutUrlOf(connection));
    expect((await new FormBrowser().go(at)).status).toBe(303);
    const { browser } = await signIn(connection);
    expect(await codeOn(await browser.go(at))).toBe('upstream.assertion-replayed');
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('A21: believes no request that its provider did not sign', async () => {
    const connection = await connect('entra-saml');
    const { browser } = await signIn(connection);
    const at = signOutUrlOf(connection);
    const evil = new SmallSignOut(await SmallFederation.start());
    const signed = says.requestForm(at);
    const xml = Buffer.from(signed.fields['SAMLRequest'] ?? '', 'base64').toString();
    const formOf = (changed: string) => ({
      action: at,
      fields: { SAMLRequest: Buffer.from(changed).toString('base64') },
    });
    const address = new URL(says.requestAddress(at));
    const unsigned = `${at}?${new URLSearchParams({ SAMLRequest: address.searchParams.get('SAMLRequest') ?? '' })}`;
    const pages: [string, Response][] = [
      ['upstream.key-unknown', await browser.postFromElsewhere(evil.requestForm(at))],
      ['upstream.key-unknown', await browser.go(evil.requestAddress(at))],
      ['upstream.signature-missing', await browser.go(unsigned)],
      [
        'upstream.signature-missing',
        await browser.postFromElsewhere(formOf(xml.replace(/<ds:Signature .*<\/ds:Signature>/, ''))),
      ],
      ['upstream.signature-invalid', await browser.postFromElsewhere(formOf(xml.replace(nameId, 'somebody')))],
    ];
    for (const [code, page] of pages) expect(await codeOn(page)).toBe(code);
    const both = { ...signed, fields: { ...signed.fields, SAMLResponse: 'x' } };
    expect(await codeOn(await browser.postFromElsewhere(both))).toBe('upstream.callback-malformed');
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('says so when nothing could be ended, and ended nothing', async () => {
    const connection = await connect('entra-saml');
    const { browser } = await signIn(connection);
    await gateway.pool.query('ALTER TABLE logout_notice RENAME TO logout_notice_away');
    const answer = await browser.go(says.requestAddress(signOutUrlOf(connection)));
    await gateway.pool.query('ALTER TABLE logout_notice_away RENAME TO logout_notice');
    expect(hearAddress(answer.headers.get('location') ?? '')).toMatchObject({ succeeded: false });
    expect(await isSignedIn(browser)).toBe(true);
    expect(lines.join()).toContain('sign-out.not-done');
  });

  it('is not a matter for connections of another kind', async () => {
    const wsfed = await connect('entra-wsfed');
    const { browser } = await signIn(wsfed);
    expect(await codeOn(await browser.go(says.requestAddress(signOutUrlOf(wsfed))))).toBe('sign-out.other-protocol');
    const nobody = { connectionId: idFor('conn', 497) };
    expect(await codeOn(await browser.go(says.requestAddress(signOutUrlOf(nobody))))).toBe(
      'sign-out.connection-unknown',
    );
    expect(await isSignedIn(browser)).toBe(true);
  });
});

describe('signing out at a provider of WS-Federation', () => {
  it.each(['wsignoutcleanup1.0', 'wsignout1.0'])('ends the session of this browser, and no other: %s', async (wa) => {
    const connection = await connect('entra-wsfed');
    const [one, other] = [await signIn(connection), await signIn(connection)];
    const page = await one.browser.go(`${signOutUrlOf(connection)}?wa=${wa}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('You are signed out')]);
    expect(await isSignedIn(one.browser)).toBe(false);
    expect(await isSignedIn(other.browser)).toBe(true);
  });

  it('answers an image where one is asked for', async () => {
    const connection = await connect('entra-wsfed');
    const headers = { 'sec-fetch-dest': 'image' };
    const answer = await fetch(`${signOutUrlOf(connection)}?wa=wsignoutcleanup1.0`, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
  });

  it('A33: ends no session that came through another connection', async () => {
    const [mine, other, saml] = [
      await connect('entra-wsfed'),
      await connect('entra-wsfed'),
      await connect('entra-saml'),
    ];
    const { browser } = await signIn(mine);
    await browser.go(`${signOutUrlOf(other)}?wa=wsignoutcleanup1.0`);
    expect(await codeOn(await browser.go(`${signOutUrlOf(saml)}?wa=wsignoutcleanup1.0`))).toBe(
      'sign-out.other-protocol',
    );
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('A10: goes nowhere that its words name', async () => {
    const connection = await connect('entra-wsfed');
    const { browser } = await signIn(connection);
    const query = new URLSearchParams({
      wa: 'wsignout1.0',
      wreply: 'https://evil.example/',
      wctx: 'https://evil.example/',
    });
    const page = await browser.go(`${signOutUrlOf(connection)}?${query}`);
    expect([page.status, page.headers.get('location')]).toEqual([200, null]);
    expect(await page.text()).not.toContain('evil.example');
  });
});

describe('an answer that nobody asked for', () => {
  const initiateLoginUri = 'https://shop.example/start';
  const evil = 'https://evil.example/';
  let own: Registered;
  beforeAll(async () => {
    own = await register(gateway.issuer, { initiateLoginUri });
  });

  /** As a company’s portal posts it, into a browser that has never been here. */
  const arrive = (connection: FederationConnectionSettings) => {
    const { callbackUrl: consumer } = connection;
    const asked = new URLSearchParams({ wtrealm: 'realm', wreply: consumer, wctx: evil });
    const form =
      connection.strategy === 'entra-wsfed'
        ? federation.answerWsfed(`https://portal.example/?${asked}`)
        : federation.answerSaml({ id: '', consumer, issuer: 'us', relayState: evil });
    return new FormBrowser().comeBack(form);
  };
  const attempts = async ({ connectionId }: { connectionId: string }) => {
    const sql = 'SELECT code FROM sign_in_attempt WHERE connection_id = $1';
    return (await gateway.pool.query<{ code: string }>(sql, [connectionId])).rows.map(({ code }) => code);
  };

  it.each<Strategy>(['entra-wsfed', 'entra-saml'])(
    'A10: begins a sign-in at the application the admin named, and is thrown away: %s',
    async (strategy) => {
      const connection = await connect(strategy, { providerInitiatedApplication: own.id });
      gateway.directory.asked.length = 0;
      const answer = await arrive(connection);
      const query = new URLSearchParams({ iss: gateway.issuer, connection_id: connection.connectionId });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `${initiateLoginUri}?${query}`]);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect([gateway.directory.asked, await attempts(connection)]).toEqual([[], []]);
    },
  );

  it.each<[string, object | (() => object)]>([
    ['no application is named', {}],
    ['the application is gone', { providerInitiatedApplication: 'app_gone' }],
    ['it begins no sign-ins', () => ({ providerInitiatedApplication: app.id })],
    ['the connection is not for it', () => ({ providerInitiatedApplication: own.id, enabledApplications: [app.id] })],
    ['the connection is disabled', () => ({ providerInitiatedApplication: own.id, state: 'disabled' })],
  ])('is refused as ever where %s', async (_when, change) => {
    const connection = await connect('entra-saml', typeof change === 'function' ? change() : change);
    const answer = await arrive(connection);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await codeOn(answer)).toBe('sign-in.transaction-unknown');
    expect(await attempts(connection)).toEqual(['sign-in.transaction-unknown']);
  });

  it('A7: is none that somebody asked for in another browser', async () => {
    const connection = await connect('entra-wsfed', { providerInitiatedApplication: own.id });
    const { url } = await beginFlow(rp, app, { connection_id: connection.connectionId });
    const { at } = await new FormBrowser().follow(url.href, host());
    const answer = await new FormBrowser().comeBack(federation.answerWsfed(at));
    expect(await codeOn(answer)).toBe('sign-in.transaction-not-this-browser');
  });
});
