import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import pg from 'pg';
import { idFor, organizationB } from '../../fixtures/connections.js';
import {
  ada,
  adminToken,
  beginFlow,
  bob,
  environment,
  type Gateway,
  next,
  register,
  type Registered,
  relyingParty,
  signIn,
  startGateway,
  TinyBrowser,
} from '../../fixtures/provider-under-test.js';
import { LogoutCourier } from '../../store/logout-courier.js';
import { EndOrganizationSessions } from '../../use-cases/end-organization-sessions.js';
import { EndUserSessions } from '../../use-cases/end-user-sessions.js';
import { ManySessions } from '../../use-cases/provider-records.port.js';

/** An application’s own server: takes logout tokens. */
class Listener {
  readonly heard: string[] = [];
  status = 200;
  url = '';
  private server: Server | undefined;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        this.heard.push(new URLSearchParams(text).get('logout_token') ?? '');
        response.writeHead(this.status, { location: 'http://127.0.0.1:9/' }).end();
      });
    });
    await new Promise<void>((listening) => this.server?.listen(0, '127.0.0.1', listening));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((closed) => {
      this.server?.close(closed);
      this.server?.closeAllConnections();
    });
  }
}

describe('sessions', () => {
  let env: Record<string, string>;
  let gateway: Gateway;
  let log: pg.Pool;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;
  const listener = new Listener();

  beforeAll(async () => {
    await listener.start();
    env = await environment({ LOGOUT_ORIGINS: listener.url });
    gateway = await startGateway(env);
    log = new pg.Pool({ connectionString: env['EVENT_LOG_DATABASE_URL'], max: 1 });
    issuer = gateway.issuer;
    app = await register(issuer, {});
    rp = await relyingParty(issuer, app);
  });
  afterAll(async () => {
    await log?.end();
    await gateway?.close();
    await listener.close();
  });
  beforeEach(() => {
    Object.assign(next, { person: ada, connectionState: 'enabled', connection: {} });
    listener.status = 200;
    listener.heard.length = 0;
  });

  /** Whether the session in this browser serves without anybody being asked. */
  const serves = async (browser: TinyBrowser, params: Record<string, string> = {}, as = app, its = rp) => {
    const { url } = await beginFlow(its, as, { prompt: 'none', ...params });
    const location = (await browser.go(url.href)).headers.get('location') ?? '';
    if (!location.includes('code=')) expect(location).toContain('error=login_required');
    return location.includes('code=');
  };
  const refreshes = (token: unknown) =>
    client.refreshTokenGrant(rp, String(token)).then(
      () => true,
      (error: { error: string }) => {
        expect(error.error).toBe('invalid_grant');
        return false;
      },
    );
  const change = async (id: string, body: object) => {
    const headers = { authorization: `Bearer ${await adminToken(issuer)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${issuer}/applications/${id}`, {
      method: 'PATCH',
      headers,
      body: JSON.stringify(body),
    });
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
  };
  const inTransaction = <T>(work: () => Promise<T>) => gateway.service.app.get(Database).transaction(work);
  const hear = (event: object) => {
    const { type } = event as { type: string };
    const told = { time: new Date().toISOString(), ...event } as never;
    const { app: nest } = gateway.service;
    const isOfOrganization = /^(Organization|Member)/.test(type);
    return inTransaction(() =>
      isOfOrganization ? nest.get(EndOrganizationSessions).execute(told) : nest.get(EndUserSessions).execute(told),
    );
  };
  const sessionsOf = async (userId: string) => {
    const { rows } = await gateway.pool.query('SELECT 1 FROM oidc_record WHERE user_id = $1', [userId]);
    return rows.length;
  };
  const told = async (userId: string, reason: string) => {
    const { rows } = await log.query<{ value: string }>('SELECT value FROM log_event WHERE key = $1', [userId]);
    return rows.filter(({ value }) => (JSON.parse(value) as { reason?: string }).reason === reason).length;
  };

  describe('open no other door than the sign-in they rest on', () => {
    let browser: TinyBrowser;
    beforeEach(async () => {
      ({ browser } = await signIn(issuer, rp, app));
      expect(await serves(browser)).toBe(true);
    });

    it('A33: asks again for another organization', async () => {
      expect(await serves(browser, { org_code: ada.organizationId })).toBe(true);
      expect(await serves(browser, { org_code: organizationB })).toBe(false);
    });

    it('asks again for another connection', async () => {
      expect(await serves(browser, { connection_id: ada.connectionId })).toBe(true);
      expect(await serves(browser, { connection_id: idFor('conn', 99) })).toBe(false);
    });

    it('asks again where the connection is not enabled for the application, or the application takes others', async () => {
      next.connection = { enabledApplications: ['app_other'] };
      expect(await serves(browser)).toBe(false);
      next.connection = {};
      const narrow = await register(issuer, { connections: [idFor('conn', 99)] });
      expect(await serves(browser, {}, narrow, await relyingParty(issuer, narrow))).toBe(false);
    });

    it('asks again when the connection was disabled, or its authority taken off the list', async () => {
      next.connectionState = 'disabled';
      expect(await serves(browser)).toBe(false);
      next.connectionState = 'enabled';
      next.connection = { authority: 'https://login.gone.example' };
      expect(await serves(browser)).toBe(false);
    });

    it('asks again when the application wants younger sessions', async () => {
      const strict = await register(issuer, { sessionSeconds: 600 });
      const its = await relyingParty(issuer, strict);
      expect(await serves(browser, {}, strict, its)).toBe(true);
      await age(11);
      expect(await serves(browser, {}, strict, its)).toBe(false);
      expect(await serves(browser)).toBe(true);
    });
  });

  const age = (minutes: number) =>
    gateway.pool.query(
      `UPDATE oidc_record SET facts = jsonb_set(facts, '{signedInAt}',
         to_jsonb(to_char((now() - make_interval(mins => $1)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
       WHERE facts IS NOT NULL`,
      [minutes],
    );

  it('tokens are refreshed for as long as the application says', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    await age(11);
    await change(app.id, { refreshSeconds: 600 });
    expect(await refreshes(tokens.refresh_token)).toBe(false);
    await change(app.id, { refreshSeconds: null });
    expect(await refreshes(tokens.refresh_token)).toBe(true);
  });

  it.each([
    { application: null, organization: 600, serves: false },
    { application: 3_600, organization: 600, serves: false },
    { application: 600, organization: 3_600, serves: false },
    { application: 3_600, organization: 3_600, serves: true },
  ])(
    'the shorter limit of application and organization holds: %j',
    async ({ application, organization, serves: is }) => {
      const limited = await register(issuer, { sessionSeconds: application, refreshSeconds: application });
      const its = await relyingParty(issuer, limited);
      const { tokens, browser } = await signIn(issuer, its, limited);
      await gateway.pool.query(
        "UPDATE oidc_record SET facts = facts || jsonb_build_object('organizationSessionSeconds', $1::int)",
        [organization],
      );
      await age(11);
      expect(await serves(browser, {}, limited, its)).toBe(is);
      const refreshed = client.refreshTokenGrant(its, String(tokens.refresh_token)).then(
        () => true,
        () => false,
      );
      expect(await refreshed).toBe(is);
    },
  );

  it('a disabled connection ends codes, refreshes, userinfo and introspection at once, and sessions step by step', async () => {
    const { tokens, browser } = await signIn(issuer, rp, app);
    const flow = await beginFlow(rp, app);
    const { at } = await new TinyBrowser().follow(flow.url.href, new URL(issuer).host);
    next.connectionState = 'disabled';
    const code = client.authorizationCodeGrant(rp, new URL(at), {
      ...{ pkceCodeVerifier: flow.verifier, expectedNonce: flow.nonce, expectedState: flow.state },
    });
    await expect(code).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await refreshes(tokens.refresh_token)).toBe(false);
    await expect(client.fetchUserInfo(rp, tokens.access_token, ada.userId)).rejects.toThrow();
    expect(await client.tokenIntrospection(rp, tokens.access_token)).toEqual({ active: false });
    const before = await told(ada.userId, 'revoked');
    await inTransaction(() => gateway.service.app.get(ManySessions).endConnection(ada.connectionId, new Date()));
    await eventually(async () => (await sessionsOf(ada.userId)) === 0);
    next.connectionState = 'enabled';
    expect(await serves(browser)).toBe(false);
    await eventually(async () => (await told(ada.userId, 'revoked')) > before, { says: 'UserSignedOut' });
  });

  it('a connection that was disabled yesterday ends no session of today', async () => {
    const { browser } = await signIn(issuer, rp, app);
    const yesterday = new Date(Date.now() - 86_400_000);
    await inTransaction(() => gateway.service.app.get(ManySessions).endConnection(ada.connectionId, yesterday));
    await eventually(async () => (await gateway.pool.query('SELECT 1 FROM session_ending')).rows.length === 0);
    expect(await serves(browser)).toBe(true);
  });

  it('of a suspended organization serve nobody, and are gone; after it is back, a new sign-in does', async () => {
    const { tokens, browser } = await signIn(issuer, rp, app);
    next.person = { ...bob, organizationId: organizationB as never };
    const other = await signIn(issuer, rp, app);
    next.person = ada;
    await hear({ type: 'OrganizationSuspended', data: { organizationId: ada.organizationId } });
    expect(await serves(browser)).toBe(false);
    expect(await refreshes(tokens.refresh_token)).toBe(false);
    await eventually(async () => (await sessionsOf(ada.userId)) === 0);
    expect(await serves(other.browser)).toBe(true);
    expect(await refreshes(other.tokens.refresh_token)).toBe(true);
    await expect(signIn(issuer, rp, app)).rejects.toThrow();
    await hear({ type: 'OrganizationReactivated', data: { organizationId: ada.organizationId } });
    await signIn(issuer, rp, app);
  });

  it('of a member who left end, those in other organizations stay', async () => {
    const { browser } = await signIn(issuer, rp, app);
    await hear({ type: 'MemberRemoved', data: { organizationId: organizationB, userId: ada.userId } });
    expect(await serves(browser)).toBe(true);
    const { organizationId } = ada;
    await hear({ type: 'MemberRemoved', data: { organizationId, userId: ada.userId } });
    expect(await serves(browser)).toBe(false);
    expect(await sessionsOf(ada.userId)).toBe(0);
    await gateway.pool.query('DELETE FROM ended_part');
  });

  it('rest on an identity: removed, they end; on another one, they stay', async () => {
    const { browser, tokens } = await signIn(issuer, rp, app);
    const { userId, connectionId } = ada;
    for (const other of [null, idFor('conn', 99)]) {
      await hear({ type: 'IdentityRemoved', data: { userId, connectionId: other } });
      expect(await serves(browser)).toBe(true);
    }
    await hear({ type: 'IdentityRemoved', data: { userId, connectionId } });
    expect(await serves(browser)).toBe(false);
    expect(await refreshes(tokens.refresh_token)).toBe(false);
    await gateway.pool.query('DELETE FROM ended_part');
  });

  it('A36: a sign-in that was on its way while the identity was removed serves for nothing', async () => {
    const { userId, connectionId } = ada;
    await hear({ type: 'IdentityRemoved', data: { userId, connectionId } });
    await expect(signIn(issuer, rp, app)).rejects.toThrow();
    await gateway.pool.query('DELETE FROM ended_part');
    await signIn(issuer, rp, app);
  });

  describe('tell applications when they end', () => {
    let own: Registered;
    let its: client.Configuration;
    beforeAll(async () => {
      own = await register(issuer, { backchannelLogoutUri: `${listener.url}/logout` });
      its = await relyingParty(issuer, own);
    });

    const verified = async (token: string) => {
      const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as never;
      const expected = { issuer, audience: own.id, typ: 'logout+jwt' };
      return (await jwtVerify(token, createLocalJWKSet(keys), expected)).payload;
    };
    const isHeard = () => eventually(() => listener.heard.length > 0, { says: 'logout token' });
    const signOut = (browser: TinyBrowser, hint: unknown) =>
      browser.go(`${issuer}/oauth2/logout?id_token_hint=${String(hint)}`);

    it('A50: by a signed token with the session’s id, when the person signs out', async () => {
      expect(its.serverMetadata()).toMatchObject({
        ...{ backchannel_logout_supported: true, backchannel_logout_session_supported: true },
      });
      const { tokens, browser } = await signIn(issuer, its, own);
      const { sid } = decodeJwt(String(tokens.id_token));
      expect(sid).toEqual(expect.any(String));
      await signOut(browser, tokens.id_token);
      await isHeard();
      const payload = await verified(listener.heard[0] ?? '');
      expect(payload).toMatchObject({ sub: ada.userId, sid });
      expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(payload).not.toHaveProperty('nonce');
      expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(120);
    });

    it('A50: when the user is suspended, and when somebody else signs in', async () => {
      const { browser } = await signIn(issuer, its, own);
      await hear({ type: 'UserSuspended', data: { userId: ada.userId } });
      await isHeard();
      await hear({ type: 'UserReactivated', data: { userId: ada.userId } });
      expect(await serves(browser)).toBe(false);
      listener.heard.length = 0;
      const again = await signIn(issuer, its, own);
      next.person = bob;
      await signIn(issuer, its, own, again.browser, { prompt: 'login' });
      await isHeard();
      expect(await verified(listener.heard[0] ?? '')).toMatchObject({ sub: ada.userId });
    });

    it('again and again, over a restart, until the application takes it', async () => {
      listener.status = 503;
      const { tokens, browser } = await signIn(issuer, its, own);
      await signOut(browser, tokens.id_token);
      await isHeard();
      await gateway.close();
      listener.status = 200;
      listener.heard.length = 0;
      gateway = await startGateway(env);
      await gateway.pool.query('UPDATE logout_notice SET next_try_at = now()');
      await isHeard();
      const left = async () => (await gateway.pool.query('SELECT 1 FROM logout_notice')).rows.length;
      await eventually(async () => (await left()) === 0);
      expect(await verified(listener.heard[0] ?? '')).toMatchObject({ sub: ada.userId });
    });

    it('A25: nowhere in a private network that the operator has not listed, and after no redirect', async () => {
      const bystander = new Listener();
      await bystander.start();
      const evil = await register(issuer, { backchannelLogoutUri: `${bystander.url}/logout` });
      const { tokens, browser } = await signIn(issuer, await relyingParty(issuer, evil), evil);
      await signOut(browser, tokens.id_token);
      listener.status = 307;
      const mine = await signIn(issuer, its, own);
      await signOut(mine.browser, mine.tokens.id_token);
      await isHeard();
      const tries = async () => (await gateway.pool.query<{ tries: number }>('SELECT tries FROM logout_notice')).rows;
      await eventually(async () => (await tries()).filter((row) => row.tries > 0).length === 2);
      await gateway.service.app.get(LogoutCourier).go();
      expect(bystander.heard).toEqual([]);
      await gateway.pool.query('DELETE FROM logout_notice');
      await bystander.close();
    });

    it.each(['ftp://shop.example/out', 'http://shop.example/out', 'https://shop.example/out#x', 'out'])(
      'never at %s',
      async (backchannelLogoutUri) => {
        await expect(register(issuer, { backchannelLogoutUri })).rejects.toThrow(/logout-uri-not-allowed/);
      },
    );
  });
});
