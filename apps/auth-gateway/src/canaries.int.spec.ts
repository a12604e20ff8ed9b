import { openEventLog, readAll } from '@homerealm/events';
import { profileClaimsTopic, signInTopic } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { World } from './fixtures/admission-world.js';
import { FormBrowser } from './fixtures/form-browser.js';
import { startWholeGateway, type WholeGateway } from './fixtures/gateway-under-test.js';
import { TinyBrowser } from './fixtures/provider-under-test.js';
import { federatedEmail, nameId, sessionIndex } from './fixtures/small-federation.js';
import { clientSecret, email } from './fixtures/small-upstream.js';

/** Secrets go nowhere; what is personal goes where it has to be, and nowhere else. */
describe('what a sign-in leaves behind', () => {
  let gateway: WholeGateway;
  const lines: string[] = [];
  beforeAll(async () => {
    gateway = await startWholeGateway({ LOG_LEVEL: 'debug' }, { write: (line) => void lines.push(line) });
  });
  afterAll(() => gateway?.close());

  const events = async () => {
    const url = gateway.settings.EVENT_LOG_DATABASE_URL;
    const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: url });
    try {
      const [signIns, claims] = [await readAll(log, signInTopic), await readAll(log, profileClaimsTopic)];
      return { signIns: signIns.map(({ event }) => event), claims: claims.map(({ event }) => event) };
    } finally {
      await log.close();
    }
  };
  const rows = async (...tables: string[]) => {
    const texts = await Promise.all(
      tables.map((table) => gateway.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`)),
    );
    return texts.flatMap((answer) => answer.rows.map(({ text }) => text)).join('\n');
  };

  it('A27: no secret of a provider, an application or a person in logs, events, records and pages', async () => {
    const world = await World.make(gateway);
    const browser = new TinyBrowser();
    const tokens = await world.signIn(browser);
    const refused = await world.leave(browser);
    gateway.upstream.token = {
      status: 400,
      body: { error: 'invalid_grant', error_description: `AADSTS70000: no ${email} with ${clientSecret}` },
    };
    const page = await (await browser.go(refused.back)).text();
    gateway.upstream.reset();
    const { signIns, claims } = await eventually(async () => {
      const told = await events();
      return told.signIns.length >= 2 && told.claims.length >= 1 && told;
    });
    const secrets = [
      ...[clientSecret, 'canary-code-', 'canary-upstream-access-token', world.app.clientSecret ?? 'none'],
      ...[tokens.access_token, String(tokens.refresh_token), String(tokens.id_token), ...browser.jar.values()],
    ];
    const tables = [
      'oidc_record',
      'sign_in_attempt',
      'sign_in_transaction',
      'outbox',
      'application',
      'application_secret',
    ];
    const places = {
      log: lines.join('\n'),
      events: JSON.stringify([signIns, claims]),
      tables: await rows(...tables, 'connection_credentials_replica'),
      page,
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length).toBeGreaterThan(0);
      for (const secret of secrets) expect([place, secret, text.includes(secret)]).toEqual([place, secret, false]);
    }
    // An email may stand in the sign-in's own facts and in the topic for claims.
    const personal = {
      log: places.log,
      events: JSON.stringify(signIns),
      attempts: await rows('sign_in_attempt'),
      page,
    };
    for (const [place, text] of Object.entries(personal)) expect([place, text.includes(email)]).toEqual([place, false]);
  });

  it('A27: no assertion, and nothing that only a sign-out needs, in logs, events, records and pages', async () => {
    const world = await World.make(gateway);
    await world.connectFederation();
    const browser = new FormBrowser();
    expect((await browser.comeBack(await world.leaveForForm(browser))).status).toBe(303);
    const form = await world.leaveForForm(new FormBrowser());
    const page = await (await browser.comeBack(form)).text();
    const told = await eventually(async () => {
      const { signIns, claims } = await events();
      const ours = [signIns, claims].map((all) => all.filter((event) => JSON.stringify(event).includes(world.userId)));
      return ours.every(({ length }) => length > 0) && ours;
    });
    const tables = await rows('sign_in_attempt', 'sign_in_transaction', 'used_assertion');
    const places = { log: lines.join('\n'), events: JSON.stringify(told), tables, page };
    const state = form.fields['wctx'] ?? 'none';
    for (const [place, text] of Object.entries(places)) {
      for (const canary of ['Assertion xmlns', sessionIndex, state]) {
        expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
      }
    }
    // The name is a part of the account, and the email a claim: both may stand in the topic for claims.
    const personal = { ...places, events: JSON.stringify(told[0]) };
    for (const [place, text] of Object.entries(personal)) {
      for (const canary of [nameId, federatedEmail]) {
        expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
      }
    }
  });

  it('one id stands on the page, in the record and in the event', async () => {
    const world = await World.make(gateway);
    world.directoryRefuses = 'user.suspended';
    const browser = new TinyBrowser();
    const { back } = await world.leave(browser);
    const page = await (await browser.go(back)).text();
    const attemptId = /attempt_[0-9a-z]{26}/.exec(page)?.[0] ?? '';
    expect(await rows('sign_in_attempt')).toContain(attemptId);
    const told = await eventually(async () => {
      const { signIns } = await events();
      return signIns.find((event) => (event?.data as { attemptId?: string } | undefined)?.attemptId === attemptId);
    });
    expect(told).toMatchObject({ type: 'SignInRefused', data: { code: 'user.suspended', userId: world.userId } });
  });
});
