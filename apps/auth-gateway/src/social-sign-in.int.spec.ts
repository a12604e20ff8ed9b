import type { SignInRequest, SignInResponse, UpstreamSignIn } from '@homerealm/contracts';
import { eventually } from '@homerealm/testing';
import { attemptOn, TestBrowser } from './fixtures/browser.js';
import { aSocialConnection, connectionId, idFor, tenantId } from './fixtures/connections.js';
import { demoApplication, SmallDirectory, startSignIn, type Under } from './fixtures/sign-in-under-test.js';
import { SmallMailbox } from './fixtures/small-mailbox.js';
import { SmallUpstream } from './fixtures/small-upstream.js';
import { Attempts } from './use-cases/attempts.port.js';
import { Pauses } from './use-cases/missing-email/pauses.port.js';
import { Transactions } from './use-cases/transactions.port.js';

const userId = idFor('user', 1);
const ada = 'ada@mail.example';
const minute = 60_000;

/** As the directory answers somebody new, with what it was asked. */
function asNew(
  request: SignInRequest,
  emailProven: boolean,
  identities: object[],
): { status: number; body: SignInResponse } {
  const answer = {
    ...{ outcome: 'signed-in', userId, identityId: idFor('identity', 1), change: 'created', joinedOrganization: false },
    ...{ emailProven, organizationId: null, checks: [{ code: 'user.created', outcome: 'passed' }] },
    user: {
      ...{ userId, status: 'active', organizations: [], identities },
      profile: { givenName: 'Ada', familyName: null, picture: null },
    },
  };
  return { status: 200, body: answer as never };
}

const emailIdentity = (value: string) => ({
  ...{ identityId: idFor('identity', 2), type: 'email', value, verified: true, primary: true },
  ...{ connectionId: null, account: null },
});

describe('signing in through a social provider', () => {
  let upstream: SmallUpstream;
  let under: Under;
  const directory = new SmallDirectory();
  const mailbox = new SmallMailbox();
  let revision = 1;
  const asked = () => directory.asked as UpstreamSignIn[];

  const connect = (change: object = {}) =>
    under.keep(aSocialConnection({ issuer: `${upstream.origin}/${tenantId}/v2.0`, revision: ++revision, ...change }));
  const person = (claims: object) => {
    upstream.claims = ({ email: _none, ...usual }) => ({ ...usual, sub: 'ada-1815', ...claims });
  };
  const attemptOf = async (id: string) => {
    const attempt = await under.service.app.get(Attempts).find(id);
    if (!attempt) throw new Error(`${id} was not recorded`);
    return attempt;
  };

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    await Promise.all([directory.start(), mailbox.start()]);
    under = await startSignIn(upstream, directory.url, {
      ...{ UPSTREAM_PRIVATE_ORIGINS: upstream.origin, MAIL_SMTP_URL: mailbox.url },
    });
  });
  afterAll(async () => {
    await under?.service.close();
    await Promise.all([directory.close(), mailbox.close(), upstream?.close()]);
  });
  beforeEach(() => {
    upstream.reset();
    directory.asked.length = 0;
    directory.answer = (request) => asNew(request, true, []);
    under.interactions.completed.length = 0;
    under.time.shift = 0;
    demoApplication.connections = null;
  });

  it('that is trusted: the account with its issuer, and an email that counts', async () => {
    await connect({ trustedProvider: true });
    person({ email: ada, email_verified: true, given_name: 'Ada', picture: 'https://pictures.example/ada' });
    directory.answer = (request) => asNew(request, true, [emailIdentity(ada)]);
    const browser = new TestBrowser(under, { connectionId });
    const back = await browser.comeBack(await browser.leave(upstream));
    expect([back.status, back.location]).toEqual([303, `https://app.example/callback?code=${browser.uid}`]);
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatchObject({
      connection: { strategy: 'google', identityType: 'social', trustedProvider: true, pinnedTenant: false },
      account: {
        key: { kind: 'oidc', issuer: `${upstream.origin}/${tenantId}/v2.0`, subject: 'ada-1815' },
        claims: { email: ada, emailVerified: true, givenName: 'Ada', picture: 'https://pictures.example/ada' },
      },
    });
    expect(under.interactions.completed[0]?.profile).toMatchObject({ email: ada, emailVerified: true });
  });

  it('that is not trusted: the same question without the trust, and an email nobody vouches for', async () => {
    await connect({ strategy: 'linkedin', name: 'linkedin', displayName: 'LinkedIn', trustedProvider: false });
    person({ email: ada, email_verified: true });
    directory.answer = (request) => asNew(request, false, []);
    const browser = new TestBrowser(under, { connectionId });
    await browser.comeBack(await browser.leave(upstream));
    expect(asked()[0]?.connection).toMatchObject({ strategy: 'linkedin', trustedProvider: false });
    expect(under.interactions.completed[0]?.profile).toMatchObject({ email: ada, emailVerified: false });
  });

  it('records the connector’s checks, with the code of what failed', async () => {
    await connect();
    person({ email: ada, nonce: 'of-another-sign-in' });
    const browser = new TestBrowser(under, { connectionId });
    const page = await browser.comeBack(await browser.leave(upstream));
    const attempt = await attemptOf(attemptOn(page));
    expect(attempt).toMatchObject({ outcome: 'refused', code: 'upstream.nonce-mismatch', connectionId });
    const codes = attempt.checks.map(({ code }) => code);
    expect(codes.slice(-6)).toEqual([
      ...['upstream.token-request', 'upstream.id-token', 'upstream.signature'],
      ...['upstream.issuer', 'upstream.audience', 'upstream.nonce'],
    ]);
    expect(JSON.stringify(attempt)).not.toMatch(/canary|ada@/);
  });

  it('A25: an issuer on a private network that the operator does not list is refused at once, and nobody is asked', async () => {
    await connect({ strategy: 'oidc', issuer: 'https://169.254.169.254' });
    const browser = new TestBrowser(under, { connectionId });
    const page = await browser.get(await browser.authorize());
    expect(page.text).toContain('upstream.address-refused');
  });

  it('is offered by a button, like every connection', async () => {
    await connect({ displayName: 'Google' });
    const browser = new TestBrowser(under);
    expect((await browser.get(`/sign-in/${browser.uid}`)).text).toContain('Continue with Google');
    const away = await browser.post(`/sign-in/${browser.uid}/with/${connectionId}`);
    expect(away.location).toMatch(new RegExp(`^${upstream.origin}/.*code_challenge_method=S256`));
  });

  describe('whose account has no email', () => {
    const email = (browser: TestBrowser, more = '') => `/sign-in/${browser.uid}/email${more}`;

    /** Somebody new comes back without an email, and says one. */
    async function askCode(browser: TestBrowser, address = ada): Promise<string> {
      const mails = mailbox.mails.length;
      const sent = await browser.post(email(browser), { email: address });
      expect([sent.status, sent.location]).toEqual([303, email(browser, '/code')]);
      await eventually(() => mailbox.mails.length > mails);
      return mailbox.to(address)?.code ?? '';
    }

    beforeEach(async () => {
      await connect();
      person({});
    });

    it('is asked for it, proves it by a code, and only then is somebody', async () => {
      const browser = new TestBrowser(under, { connectionId });
      const back = await browser.comeBack(await browser.leave(upstream));
      expect([back.status, back.location]).toEqual([303, email(browser)]);
      expect(asked().map(({ dryRun }) => dryRun)).toEqual([true]);
      expect((await browser.get(email(browser))).text).toContain('What is your email address?');
      const code = await askCode(browser);
      expect((await browser.get(email(browser, '/code'))).text).toContain(ada);
      expect(under.interactions.completed).toEqual([]);

      directory.answer = (request) => asNew(request, true, [emailIdentity(ada)]);
      const done = await browser.post(email(browser, '/code'), { code });
      expect([done.status, done.location]).toEqual([303, `https://app.example/callback?code=${browser.uid}`]);
      expect(asked()).toHaveLength(2);
      expect(asked()[1]).toMatchObject({ dryRun: false, provenEmail: ada, account: { key: { subject: 'ada-1815' } } });
      expect(asked()[1]?.attemptId).toBe(asked()[0]?.attemptId);
      expect(asked()[1]?.account.claims).not.toHaveProperty('email');
      expect(under.interactions.completed[0]?.profile).toMatchObject({ email: ada, emailVerified: true });
      const attempt = await attemptOf(under.interactions.completed[0]?.attemptId ?? '');
      expect(attempt.checks.map(({ code: check }) => check).slice(-5)).toEqual([
        ...['email.asked-for', 'code.sent', 'code.right', 'connection.tenant-is-allowed', 'user.created'],
      ]);
    });

    it('is not asked when the account is known, and when it is refused for another reason', async () => {
      directory.answer = (request) => {
        const { status, body } = asNew(request, false, []);
        return { status, body: { ...body, change: 'matched' } };
      };
      const known = new TestBrowser(under, { connectionId });
      expect((await known.comeBack(await known.leave(upstream))).location).toContain('https://app.example');
      const body = { outcome: 'refused', code: 'user.suspended', userId, checks: [] };
      directory.answer = () => ({ status: 200, body });
      const suspended = new TestBrowser(under, { connectionId });
      const page = await suspended.comeBack(await suspended.leave(upstream));
      expect(await attemptOf(attemptOn(page))).toMatchObject({ code: 'user.suspended' });
    });

    it('A3: a code proves the address it went to and no other, and a wrong one proves nothing', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const first = await askCode(browser, 'evil@mail.example');
      const second = await askCode(browser, ada);
      expect((await browser.post(email(browser, '/code'), { code: first })).status).toBe(422);
      expect(asked()).toHaveLength(1);
      await browser.post(email(browser, '/code'), { code: second });
      expect(asked()[1]?.provenEmail).toBe(ada);
    });

    it('A5: belongs to one browser, works once, and for ten minutes', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const code = await askCode(browser);
      const stranger = new TestBrowser(under, { connectionId });
      expect((await stranger.get(email(browser))).status).toBe(410);
      expect((await stranger.post(email(browser, '/code'), { code })).status).toBe(410);

      under.time.shift = 11 * minute;
      expect((await browser.get(email(browser))).status).toBe(410);
      expect((await browser.post(email(browser, '/code'), { code })).status).toBe(410);
      under.time.shift = 0;

      const both = await Promise.all([1, 2].map(() => browser.post(email(browser, '/code'), { code })));
      expect(both.filter(({ location }) => location.startsWith('https://app.example'))).toHaveLength(1);
      expect(under.interactions.completed).toHaveLength(1);
      expect((await browser.post(email(browser, '/code'), { code })).status).toBe(410);
    });

    it('meets the gate again: a connection that was disabled meanwhile signs nobody in', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const code = await askCode(browser);
      await connect({ state: 'disabled' });
      const page = await browser.post(email(browser, '/code'), { code });
      expect(await attemptOf(attemptOn(page))).toMatchObject({ code: 'connection.not-enabled' });
      expect(asked()).toHaveLength(1);
    });

    it('keeps nothing readable meanwhile, and ends as abandoned when nobody comes back', async () => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const { attemptId } = asked()[0] ?? {};
      const rows = JSON.stringify(await under.database.manager.query('SELECT * FROM sign_in_pause'));
      expect(rows).toContain(attemptId);
      expect(rows).not.toContain('ada-1815');
      const later = Date.now() + 30 * minute;
      await under.service.app.get(Transactions).sweep(later);
      expect(await under.service.app.get(Attempts).find(attemptId ?? '')).toBeNull();
      await under.service.app.get(Pauses).sweep(later);
      expect(await attemptOf(attemptId ?? '')).toMatchObject({ outcome: 'abandoned', connectionId });
    });

    it.each(['', 'not an address', 'a@b', 'x'.repeat(400)])('answers %j with the question again', async (typed) => {
      const browser = new TestBrowser(under, { connectionId });
      await browser.comeBack(await browser.leave(upstream));
      const page = await browser.post(email(browser), { email: typed });
      expect([page.status, page.text.includes('What is your email address?')]).toEqual([422, true]);
    });
  });
});
