import { randomBytes } from 'node:crypto';
import { connectionStateTopic, groupsStateTopic, organizationTopic, userTopic } from '@homerealm/contracts';
import { makeId } from '@homerealm/domain';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import {
  ada,
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
import { OidcSweeper } from '../../store/oidc-sweeper.js';
import { UserSessions } from '../../use-cases/provider-records.port.js';
import { UserGroups } from '../../use-cases/user-groups.port.js';
import { Database, Freshness } from '@homerealm/events';
import { eventually } from '@homerealm/testing';

describe('codes and refresh tokens', () => {
  let gateway: Gateway;
  let issuer: string;
  let app: Registered;
  let rp: client.Configuration;

  beforeAll(async () => {
    gateway = await startGateway(await environment());
    issuer = gateway.issuer;
    app = await register(issuer, {});
    rp = await relyingParty(issuer, app);
    await eventually(() => gateway.service.app.get(Freshness).isFresh(groupsStateTopic, ada.userId));
  });
  afterAll(() => gateway.close());

  const redeem = async (form: Record<string, string>) => {
    const basic = Buffer.from(`${app.id}:${app.clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    const response = await fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const aCode = async () => {
    const flow = await beginFlow(rp, app);
    const { at } = await new TinyBrowser().follow(flow.url.href, new URL(issuer).host);
    const code = new URL(at).searchParams.get('code') ?? '';
    return {
      grant_type: 'authorization_code',
      code,
      code_verifier: flow.verifier,
      redirect_uri: app.redirectUris[0] ?? '',
    };
  };

  it('A6: of twenty parallel redeems of a code one succeeds, and the reuse ends the grant', async () => {
    const form = await aCode();
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(form)));
    const succeeded = answers.filter(({ status }) => status === 200);
    expect(succeeded).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer !== succeeded[0])) {
      expect([status, body['error']]).toEqual([400, 'invalid_grant']);
      expect(body).not.toHaveProperty('access_token');
    }
    const winner = succeeded[0]?.body ?? {};
    const refreshed = await redeem({ grant_type: 'refresh_token', refresh_token: winner['refresh_token'] ?? '' });
    expect(refreshed.body['error']).toBe('invalid_grant');
    await expect(client.fetchUserInfo(rp, winner['access_token'] ?? '', ada.userId)).rejects.toThrow();
  });

  it('A8: refuses a wrong, missing or plain verifier, and authorize requests without S256', async () => {
    const form = await aCode();
    for (const change of [{ code_verifier: client.randomPKCECodeVerifier() }, { code_verifier: '' }]) {
      expect((await redeem({ ...form, ...change })).status).toBe(400);
    }
    const changes: Record<string, string>[] = [
      { code_challenge_method: 'plain' },
      { code_challenge: '', code_challenge_method: '' },
    ];
    for (const change of changes) {
      const { url } = await beginFlow(rp, app, change);
      const { at } = await new TinyBrowser().follow(url.href, url.host);
      expect(new URL(at).searchParams.get('error')).toBe('invalid_request');
    }
  });

  it('refuses a code for another redirect URI or another application', async () => {
    const form = await aCode();
    expect((await redeem({ ...form, redirect_uri: 'https://shop.example/other' })).body['error']).toBe('invalid_grant');
    const other = await register(issuer, { name: 'Thief' });
    const body = new URLSearchParams({ ...form, client_id: other.id, client_secret: other.clientSecret ?? '' });
    const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('A49: rotates refresh tokens, and ends the family when an old one comes back', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    const second = await client.refreshTokenGrant(rp, String(tokens.refresh_token));
    expect(second.refresh_token).not.toBe(tokens.refresh_token);
    expect(second.claims()?.sub).toBe(ada.userId);
    await expect(client.refreshTokenGrant(rp, String(tokens.refresh_token))).rejects.toThrow();
    await expect(client.refreshTokenGrant(rp, String(second.refresh_token))).rejects.toThrow();
  });

  it('A49: of twenty parallel refreshes with one token one succeeds, and the family ends', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    const form = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(form)));
    const [winner, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    const again = { grant_type: 'refresh_token', refresh_token: winner?.body['refresh_token'] ?? '' };
    expect((await redeem(again)).body['error']).toBe('invalid_grant');
  });

  it('gives no refresh token unless it was asked for, and knows its other name', async () => {
    const without = await signIn(issuer, rp, app, new TinyBrowser(), { scope: 'openid' });
    expect(without.tokens.refresh_token).toBeUndefined();
    const alias = await signIn(issuer, rp, app, new TinyBrowser(), { scope: 'openid offline' });
    expect(alias.tokens.refresh_token).toBeDefined();
  });

  it('A34: refreshes with what profile-sync told since, a removed group gone: a newer set, a newer unknown, nothing older', async () => {
    const groups = gateway.service.app.get(UserGroups);
    const { tokens } = await signIn(issuer, rp, app);
    let refreshToken = String(tokens.refresh_token);
    const refreshed = async () => {
      const answer = await client.refreshTokenGrant(rp, refreshToken);
      refreshToken = String(answer.refresh_token);
      return decodeJwt(answer.access_token);
    };
    const known = { connectionId: ada.connectionId, completeness: 'complete' as const };
    await groups.keep(ada.userId, { ...known, asOf: '2025-12-31T00:00:00.000Z', groups: ['old'] });
    expect(await refreshed()).toMatchObject({ ext_groups: ['g1', 'g2'] });
    await groups.keep(ada.userId, { ...known, asOf: '2026-02-01T00:00:00.000Z', groups: ['g2'] });
    expect(await refreshed()).toMatchObject({ ext_groups: ['g2'], ext_groups_status: 'complete' });
    await groups.keep(ada.userId, {
      ...known,
      completeness: 'unknown',
      asOf: '2026-03-01T00:00:00.000Z',
      groups: ['g2'],
    });
    const unknown = await refreshed();
    expect(unknown).toMatchObject({ ext_groups_status: 'unknown' });
    expect(unknown).not.toHaveProperty('ext_groups');
    await groups.forget(ada.userId);
  });

  describe('when what was told of the user cannot be relied on', () => {
    let refreshToken: string;
    beforeEach(async () => {
      refreshToken = String((await signIn(issuer, rp, app)).tokens.refresh_token);
    });
    afterEach(() => gateway.pool.query('DELETE FROM event_inbox; DELETE FROM event_catch_up'));

    const refreshed = async () => {
      const answer = await client.refreshTokenGrant(rp, refreshToken);
      refreshToken = String(answer.refresh_token);
      return { ...decodeJwt(answer.access_token), provider: answer.claims()?.['ext_provider'] };
    };
    const stop = (topic: { name: string }, userId: string) =>
      gateway.pool.query(
        `INSERT INTO event_inbox (consumer, topic, subject, last_seq, state) VALUES ('auth-gateway', $1, $2, 1, 'parked')`,
        [topic.name, userId],
      );
    const own = { ext_groups: ['g1', 'g2'], ext_groups_status: 'complete' };

    it('says unknown while the user’s groups wait, and the groups again when they were taken in', async () => {
      await stop(groupsStateTopic, bob.userId);
      expect(await refreshed()).toMatchObject(own);
      await stop(groupsStateTopic, ada.userId);
      const unknown = await refreshed();
      expect(unknown).toMatchObject({ ext_groups_status: 'unknown' });
      expect(unknown).not.toHaveProperty('ext_groups');
      expect(JSON.stringify(unknown.provider)).not.toMatch(/"g1"/);
      await gateway.pool.query(`UPDATE event_inbox SET state = 'open'`);
      expect(await refreshed()).toMatchObject(own);
    });

    it('says unknown while nobody can say how old its knowledge is, but not in the token of a sign-in', async () => {
      await gateway.pool.query(
        `INSERT INTO event_catch_up (consumer, topic, partition, until_offset)
         SELECT 'auth-gateway', $1, partition, 1000000 FROM generate_series(0, 5) AS partition`,
        [groupsStateTopic.name],
      );
      expect(await refreshed()).toMatchObject({ ext_groups_status: 'unknown' });
      const { tokens } = await signIn(issuer, rp, app);
      expect(decodeJwt(tokens.access_token)).toMatchObject(own);
      next.groups = { completeness: 'complete', source: 'token', asOf: new Date().toISOString(), groups: ['g3'] };
      const { tokens: young } = await signIn(issuer, rp, app);
      next.groups = { ...next.groups, asOf: '2026-01-01T10:00:00.000Z', groups: ['g1', 'g2'] };
      const again = await client.refreshTokenGrant(rp, String(young.refresh_token));
      expect(decodeJwt(again.access_token)).toMatchObject({ ext_groups: ['g3'] });
    });

    it('issues nothing while an event of the user waits, and the same refresh token serves afterwards', async () => {
      await stop(userTopic, ada.userId);
      const answer = await redeem({ grant_type: 'refresh_token', refresh_token: refreshToken });
      expect([answer.status, answer.body]).toEqual([
        503,
        { error: 'temporarily_unavailable', error_description: 'try again later' },
      ]);
      await gateway.pool.query('DELETE FROM event_inbox');
      expect(await refreshed()).toMatchObject(own);
    });

    it.each([
      ['organization', organizationTopic, ada.organizationId],
      ['connection', connectionStateTopic, ada.connectionId],
    ])('issues nothing while an event of the %s waits', async (_name, topic, subject) => {
      await stop(topic, subject);
      const answer = await redeem({ grant_type: 'refresh_token', refresh_token: refreshToken });
      expect([answer.status, answer.body['error']]).toEqual([503, 'temporarily_unavailable']);
      await gateway.pool.query('DELETE FROM event_inbox');
      expect(await refreshed()).toMatchObject(own);
    });

    it('gives a session that is older no token without a sign-in, while an event of the user waits', async () => {
      const browser = new TinyBrowser();
      await signIn(issuer, rp, app, browser);
      const older = `jsonb_set(facts, '{signedInAt}', to_jsonb(now() - interval '1 hour'))`;
      await gateway.pool.query(`UPDATE oidc_record SET facts = ${older} WHERE facts IS NOT NULL`);
      await stop(userTopic, ada.userId);
      const asked = next.pending.length;
      await expect(signIn(issuer, rp, app, browser)).rejects.toThrow();
      expect(next.pending).toHaveLength(asked);
    });
  });

  it('refreshes nothing for a connection that was disabled', async () => {
    const { tokens } = await signIn(issuer, rp, app);
    next.connectionState = 'disabled';
    const refused = client.refreshTokenGrant(rp, String(tokens.refresh_token));
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
    next.connectionState = 'enabled';
    await client.refreshTokenGrant(rp, String(tokens.refresh_token));
  });

  it('ends sessions and tokens of a suspended user, until the user is reactivated', async () => {
    const sessions = gateway.service.app.get(UserSessions);
    const database = gateway.service.app.get(Database);
    const { tokens, browser } = await signIn(issuer, rp, app);
    await database.transaction(() => sessions.end(ada.userId));
    await expect(client.refreshTokenGrant(rp, String(tokens.refresh_token))).rejects.toThrow();
    await expect(client.fetchUserInfo(rp, tokens.access_token, ada.userId)).rejects.toThrow();
    const asked = next.pending.length;
    await sessions.allow(ada.userId);
    await signIn(issuer, rp, app, browser);
    expect(next.pending).toHaveLength(asked + 1);
  });

  describe('of an erased user', () => {
    const erase = () =>
      gateway.service.app
        .get(Database)
        .transaction(() => gateway.service.app.get(UserSessions).erase(next.person.userId));
    const about = async () => {
      const sql = 'SELECT r::text AS text FROM oidc_record r UNION ALL SELECT g::text FROM user_groups g';
      const { rows } = await gateway.pool.query<{ text: string }>(sql);
      return rows.filter(({ text }) => text.includes(next.person.userId));
    };
    beforeEach(() => {
      next.person = { ...bob, userId: makeId('user', Date.now(), randomBytes(10)) };
    });
    afterEach(() => {
      next.person = ada;
    });

    it('nothing is left, a sign-in between two requests included', async () => {
      await signIn(issuer, rp, app);
      const groups = { connectionId: ada.connectionId, completeness: 'complete', asOf: '2026-02-01T00:00:00.000Z' };
      await gateway.service.app.get(UserGroups).keep(next.person.userId, { ...groups, groups: ['g'] } as never);
      const flow = await beginFlow(rp, app, { response_mode: 'form_post' });
      const browser = new TinyBrowser();
      const door = await browser.go(flow.url.href);
      await browser.go(new URL(door.headers.get('location') ?? '', issuer).href);
      const kinds = async () => (await about()).map(({ text }) => /^\((\w+)/.exec(text)?.[1]);
      expect(await kinds()).toEqual(expect.arrayContaining(['Session', 'Grant', 'Interaction', next.person.userId]));
      await erase();
      expect(await about()).toEqual([]);
    });

    it('a sign-in that was on its way serves for nothing, and is swept', async () => {
      await erase();
      const { tokens } = await signIn(issuer, rp, app).catch(() => ({ tokens: null }));
      expect(tokens).toBeNull();
      expect((await about()).length).toBeGreaterThan(0);
      await gateway.service.app.get(OidcSweeper).sweep();
      expect(await about()).toEqual([]);
    });
  });

  it('keeps no secret that works: of session ids, codes and refresh tokens only hashes are stored', async () => {
    const { tokens, browser, callback } = await signIn(issuer, rp, app);
    const code = new URL(callback).searchParams.get('code') ?? '';
    const { rows } = await gateway.pool.query<{ text: string }>(
      'SELECT string_agg(r::text, $1) AS text FROM oidc_record r',
      ['\n'],
    );
    for (const secret of [code, String(tokens.refresh_token), ...browser.jar.values()]) {
      expect(rows[0]?.text).not.toContain(secret);
    }
  });
});
