import { createHash } from 'node:crypto';
import { profileClaimsTopic, signInTopic } from '@homerealm/contracts';
import { openEventLog, readAll } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { jest } from '@jest/globals';
import { attemptOn } from './fixtures/browser.js';
import { aConnection } from './fixtures/connections.js';
import { everyWay, otherThan, OwnSignInWorld } from './fixtures/own-sign-in-under-test.js';
import { Attempts } from './use-cases/attempts.port.js';
import { Codes } from './use-cases/codes/codes.port.js';

jest.setTimeout(120_000);

const minute = 60_000;
const ada = 'ada@mail.example';

describe('signing in without a provider', () => {
  let world: OwnSignInWorld;
  beforeAll(async () => {
    world = await OwnSignInWorld.start();
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    const { people, avatars, under } = world;
    people.people.splice(0, people.people.length, { email: ada, username: 'AdaL', phone: '+4915112345678' });
    people.asked.length = 0;
    people.isDown = false;
    avatars.hangs = false;
    under.time.shift = 0;
    under.interactions.completed.length = 0;
    await world.allow(everyWay);
  });

  const attemptOf = async (id: string) => {
    const attempt = await world.under.service.app.get(Attempts).find(id);
    if (!attempt) throw new Error(`${id} was not recorded`);
    return attempt;
  };
  const signedIn = () => world.under.interactions.completed.at(-1);

  describe('goes well', () => {
    it('by email: a code by mail, and then the application', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      const page = await browser.get(`/sign-in/${browser.uid}/code`);
      expect([page.status, page.text.includes(ada)]).toEqual([200, true]);
      const back = await world.enter(browser, ` ${code.slice(0, 4)} ${code.slice(4)}`);
      expect([back.status, back.location]).toEqual([303, `https://app.example/callback?code=${browser.uid}`]);
      expect(signedIn()).toMatchObject({
        ...{ connectionId: null, connectionName: null, strategy: null, upstream: {} },
        profile: { email: ada, emailVerified: true },
      });
    });

    it('records its checks in order, and tells UserSignedIn without a connection and no claims', async () => {
      const browser = world.browser();
      await world.enter(browser, otherThan(await world.askCode(browser, ada)));
      await world.enter(browser, world.mailbox.to(ada)?.code ?? '');
      const { attemptId = '', userId = '' } = signedIn() ?? {};
      const attempt = await attemptOf(attemptId);
      expect(attempt).toMatchObject({ outcome: 'signed-in', code: null, userId, connectionId: null });
      expect(attempt.checks.map(({ code, outcome }) => `${code} ${outcome}`)).toEqual([
        'discovery.domain-has-connection skipped',
        'own-sign-in.is-allowed passed',
        'application.takes-own-sign-in passed',
        'organization.is-well-formed passed',
        'code.sent passed',
        'code.right failed',
        'code.right passed',
        'sign-in.is-fresh passed',
        'identity.is-known passed',
      ]);
      const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: world.under.logDatabaseUrl });
      const told = await eventually(async () => {
        const all = await readAll(log, signInTopic);
        return all.find(({ event }) => (event?.data as { attemptId?: string } | undefined)?.attemptId === attemptId);
      });
      expect(told.event).toMatchObject({
        type: 'UserSignedIn',
        data: { userId, connectionId: null, strategy: null, firstSignIn: false },
      });
      expect(await readAll(log, profileClaimsTopic)).toEqual([]);
      await log.close();
    });

    it('by username: the code goes to the owner’s mail, and the page does not say where', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, 'adal', ada);
      const page = await browser.get(`/sign-in/${browser.uid}/code`);
      expect(page.text).toContain('If adal can sign in here');
      expect(page.text).not.toContain(ada);
      expect((await world.enter(browser, code)).location).toContain('https://app.example');
      expect(world.people.asked.at(-1)?.proof).toEqual({ by: 'username', username: 'adal', email: ada });
    });

    it('by phone: the code goes there, however the number is written', async () => {
      const browser = world.browser();
      const code = await world.askSms(browser, '+49 (151) 1234-5678');
      expect((await world.enter(browser, code)).location).toContain('https://app.example');
      expect(world.people.asked.at(-1)?.proof).toEqual({ by: 'phone', phone: '+4915112345678' });
    });

    it('after another code: the one before is worth nothing any more', async () => {
      const browser = world.browser();
      const first = await world.askCode(browser, ada);
      const mails = world.mailbox.mails.length;
      const again = await browser.post(`/sign-in/${browser.uid}/code/again`);
      expect([again.status, again.location]).toEqual([303, `/sign-in/${browser.uid}/code?sent=again`]);
      expect((await browser.get(again.location)).text).toContain('Another code is on its way');
      await eventually(() => world.mailbox.mails.length > mails);
      expect((await world.enter(browser, first)).status).toBe(422);
      expect((await world.enter(browser, world.mailbox.to(ada)?.code ?? '')).status).toBe(303);
    });

    it('after another address: still one attempt', async () => {
      const browser = world.browser();
      await world.askCode(browser, 'typo@mail.example');
      await world.enter(browser, await world.askCode(browser, ada));
      const attempt = await attemptOf(signedIn()?.attemptId ?? '');
      expect(attempt.checks.filter(({ code }) => code === 'code.sent')).toHaveLength(2);
    });
  });

  describe('somebody new', () => {
    const grace = 'Grace@mail.example';
    const signUp = (browser: ReturnType<typeof world.browser>, form: Record<string, string>) =>
      browser.post(`/sign-in/${browser.uid}/sign-up`, form);

    it('says their name, and becomes a user with the picture they have elsewhere', async () => {
      const hash = createHash('sha256').update(grace.toLowerCase()).digest('hex');
      world.avatars.pictures.add(`/avatar/${hash}`);
      const browser = world.browser();
      const code = await world.askCode(browser, grace, grace.toLowerCase());
      expect((await world.enter(browser, code)).location).toBe(`/sign-in/${browser.uid}/sign-up`);
      expect((await browser.get(`/sign-in/${browser.uid}/sign-up`)).text).toContain('First name');
      expect((await signUp(browser, { givenName: ' ', familyName: '' })).text).toContain('Enter your name');
      const back = await signUp(browser, { givenName: ' Grace ', familyName: 'Hopper', username: '' });
      expect(back.location).toContain('https://app.example');
      expect(world.people.asked.at(-1)).toMatchObject({
        dryRun: false,
        proof: { by: 'email', email: grace },
        signUp: {
          ...{ givenName: 'Grace', familyName: 'Hopper', username: null },
          picture: `${world.avatars.url}/avatar/${hash}?s=256`,
        },
      });
      expect(world.people.asked.filter(({ dryRun }) => !dryRun)).toHaveLength(1);
    });

    it('may choose a username that nobody has', async () => {
      const browser = world.browser();
      await world.enter(browser, await world.askCode(browser, 'new@mail.example'));
      const name = { givenName: 'N', familyName: '' };
      expect((await signUp(browser, { ...name, username: 'ADAL' })).text).toContain('Somebody has this username');
      expect((await signUp(browser, { ...name, username: 'a b' })).text).toContain('2 to 64 letters');
      expect((await signUp(browser, { ...name, username: 'RosyRose' })).location).toContain('https://app.example');
      expect(world.people.asked.at(-1)?.signUp?.username).toBe('RosyRose');
    });

    it('chooses none where the policies have none', async () => {
      await world.allow({ ...everyWay, username: false });
      const browser = world.browser();
      await world.enter(browser, await world.askCode(browser, 'none@mail.example'));
      expect((await browser.get(`/sign-in/${browser.uid}/sign-up`)).text).not.toContain('Username');
      await signUp(browser, { givenName: 'N', familyName: '', username: 'RosyRose' });
      expect(world.people.asked.at(-1)?.signUp?.username).toBeNull();
    });

    it('is signed up although nobody has a picture in time', async () => {
      world.avatars.hangs = true;
      const browser = world.browser();
      await world.enter(browser, await world.askCode(browser, 'slow@mail.example'));
      expect((await signUp(browser, { givenName: 'S', familyName: '' })).location).toContain('https://app.example');
      expect(world.people.asked.at(-1)?.signUp?.picture).toBeNull();
    });

    it('is refused where nobody may sign up, and only the record says why', async () => {
      await world.allow({ ...everyWay, signUp: false });
      const browser = world.browser();
      const page = await world.enter(browser, await world.askCode(browser, 'stranger@mail.example'));
      expect([page.status, page.text.includes('sign-in.refused')]).toEqual([403, true]);
      expect(page.text).not.toContain('not-provisioned');
      expect(await attemptOf(attemptOn(page))).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned' });
    });

    it('reaches the form by a proved email only, and not by asking for it', async () => {
      const browser = world.browser();
      await world.askCode(browser, 'sly@mail.example');
      expect((await browser.get(`/sign-in/${browser.uid}/sign-up`)).location).toBe(`/sign-in/${browser.uid}`);
      const answer = await signUp(browser, { givenName: 'S', familyName: '' });
      expect(answer.location).toBe(`/sign-in/${browser.uid}`);
      expect(world.people.asked).toEqual([]);
    });

    it('has ten minutes for it', async () => {
      const browser = world.browser();
      await world.enter(browser, await world.askCode(browser, 'late@mail.example'));
      world.under.time.shift = 11 * minute;
      expect((await signUp(browser, { givenName: 'L', familyName: '' })).location).toBe(`/sign-in/${browser.uid}`);
    });
  });

  describe('a code', () => {
    it('works once', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      const both = await Promise.all([world.enter(browser, code), world.enter(browser, code)]);
      expect(both.filter(({ location }) => location.startsWith('https://app.example'))).toHaveLength(1);
      expect(world.under.interactions.completed).toHaveLength(1);
    });

    it('works for ten minutes', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      world.under.time.shift = 10 * minute;
      expect((await world.enter(browser, code)).text).toContain('does not work any more');
    });

    it('works in the browser that asked for it, for the sign-in it was asked for', async () => {
      const [victim, thief] = [world.browser(), world.browser()];
      const code = await world.askCode(victim, ada);
      await world.askCode(thief, ada);
      expect((await world.enter(thief, code)).status).toBe(422);
      const stolen = await thief.post(`/sign-in/${victim.uid}/code`, { code });
      expect([stolen.status, stolen.text.includes('This sign-in has ended')]).toEqual([410, true]);
    });

    it('is worth nothing after five wrong tries, right as it may be', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      for (let tries = 0; tries < 4; tries++) {
        expect((await world.enter(browser, otherThan(code))).text).toContain('This is not the code');
      }
      expect((await world.enter(browser, otherThan(code))).text).toContain('does not work any more');
      expect((await world.enter(browser, code)).text).toContain('does not work any more');
    });

    it('that cannot be one is told so and not counted', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      for (const typed of ['', 'abcdefgh', '1234567', '<script>']) {
        expect((await world.enter(browser, typed)).status).toBe(422);
      }
      for (let tries = 0; tries < 10; tries++) await world.enter(browser, '123');
      expect((await world.enter(browser, code)).status).toBe(303);
    });

    it('never stands in a table, nor does the address it went to', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, 'canary@mail.example');
      await world.askCode(world.browser(), 'adal', ada);
      const known = (await world.under.database.manager.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
      )) as { table_name: string }[];
      for (const { table_name: table } of known) {
        const rows = (await world.under.database.manager.query(
          `SELECT row_to_json(t)::text AS text FROM "${table}" t`,
        )) as { text: string }[];
        const text = rows.map((row) => row.text).join('\n');
        for (const canary of [code, 'canary@', ada]) expect(text).not.toContain(canary);
      }
      expect(known.map(({ table_name: table }) => table)).toEqual(
        expect.arrayContaining(['sign_in_code', 'sign_in_limit']),
      );
    });

    it('that nobody entered ends as an abandoned attempt', async () => {
      const browser = world.browser();
      await world.askCode(browser, ada);
      const key = { uid: browser.uid, browserHash: browser.binding, purpose: 'sign-in' as const };
      const kept = await world.under.service.app.get(Codes).find(key);
      while ((await world.under.service.app.get(Codes).sweep(Date.now() + 20 * minute)) > 0);
      expect(await attemptOf(kept?.tried.attemptId ?? '')).toMatchObject({ outcome: 'abandoned' });
      expect((await browser.get(`/sign-in/${browser.uid}/code`)).location).toBe(`/sign-in/${browser.uid}`);
    });
  });

  describe('the gate', () => {
    const asks = (browser: ReturnType<typeof world.browser>, email = ada) =>
      browser.post(`/sign-in/${browser.uid}`, { email });

    it('lets nobody through by a way the policies do not allow', async () => {
      await world.allow({ email: false, phone: false, username: false, signUp: true });
      expect((await asks(world.browser())).text).toContain('We could not find a way');
      for (const identifier of ['adal', '+4915112345678']) {
        expect((await asks(world.browser(), identifier)).text).toContain('Enter an email address');
      }
    });

    it('asks again when the code comes back', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      await world.allow({ ...everyWay, email: false });
      const page = await world.enter(browser, code);
      expect(page.text).toContain('own-sign-in.not-allowed');
      expect(world.under.interactions.completed).toEqual([]);
    });

    it('asks again when somebody new says their name', async () => {
      const browser = world.browser();
      await world.enter(browser, await world.askCode(browser, 'gated@mail.example'));
      await world.allow({ ...everyWay, email: false, signUp: true });
      const page = await browser.post(`/sign-in/${browser.uid}/sign-up`, { givenName: 'G', familyName: '' });
      expect(page.location).toBe(`/sign-in/${browser.uid}`);
      expect(world.under.interactions.completed).toEqual([]);
    });

    it('is no way for an application that lists connections and not this one, whatever is typed', async () => {
      const browser = world.browser({ applicationConnections: ['conn_1'] });
      const page = await asks(browser);
      expect([page.status, page.text]).toEqual([422, expect.stringContaining('We could not find a way')]);
      expect((await asks(browser, 'adal')).text).toContain('Enter an email address');
      const listed = world.browser({ applicationConnections: ['conn_1', 'own-sign-in'] });
      expect((await asks(listed)).location).toBe(`/sign-in/${listed.uid}/code`);
    });

    it('refuses an org_code that is no organization’s id', async () => {
      const page = await asks(world.browser({ organizationId: 'acme' }));
      expect(await attemptOf(attemptOn(page))).toMatchObject({ code: 'organization.unknown' });
    });

    it('leaves a named connection the only way', async () => {
      const browser = world.browser({ connectionId: 'conn_nobody' });
      expect((await asks(browser)).text).toContain('connection.unknown');
    });

    it('lets no suspended user in, and says nothing about it', async () => {
      world.people.people.splice(0, 1, { email: ada, suspended: true });
      const browser = world.browser();
      const page = await world.enter(browser, await world.askCode(browser, ada));
      expect([page.status, page.text.includes('suspended')]).toEqual([403, false]);
      expect(await attemptOf(attemptOn(page))).toMatchObject({ code: 'user.suspended' });
    });

    it('ends with a page when the directory does not answer', async () => {
      const browser = world.browser();
      const code = await world.askCode(browser, ada);
      world.people.isDown = true;
      const page = await world.enter(browser, code);
      expect([page.status, page.text.includes('directory.unavailable')]).toEqual([503, true]);
    });

    it('sends nobody a code whose company has a provider, and whose connection is disabled', async () => {
      const { origin } = world.upstream;
      const connect = (change: object) =>
        world.under.keep(aConnection({ authority: origin, graphOrigin: origin, ...change }));
      await connect({ revision: 1 });
      const email = 'ada@contoso.example';
      expect((await asks(world.browser(), email)).location).toContain(origin);
      await connect({ revision: 2, state: 'disabled' });
      expect((await asks(world.browser(), email)).text).toContain('We could not find a way');
      await connect({ revision: 3, state: 'draft' });
      const browser = world.browser();
      expect((await asks(browser, email)).location).toBe(`/sign-in/${browser.uid}/code`);
    });
  });
});
