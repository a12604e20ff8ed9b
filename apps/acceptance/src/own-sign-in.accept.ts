import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { eventually } from '@homerealm/testing';
import { type Answer, Browser } from './client/browser.js';
import { Management } from './client/management.js';
import { RelyingParty, textOf } from './client/relying-party.js';

type Mail = { to: string; subject: string; text: string };
type Attempt = { outcome: string; checks: { code: string }[] };
type User = { userId: string; profile: Record<string, unknown>; identities: { type: string; value: string }[] };

/** Nobody's company: an email, a code from the mailbox of the local run, and a name. */
describe('signing in and up without a provider, in the running system', () => {
  let system: LocalSystem;
  let management: Management;
  let party: RelyingParty;
  const grace = 'Grace.Hopper@navy.example';

  beforeAll(async () => {
    system = await startLocalSystem({ kafka: false, portBase: await freePortBase() });
    management = new Management(system.issuer, system.admin);
    party = await RelyingParty.discover(system.issuer, system.demoApplication);
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  const mailsTo = async (to: string): Promise<Mail[]> => {
    const answer = await fetch(`${system.mailbox?.url}/mails?to=${encodeURIComponent(to)}`);
    return (await answer.json()) as Mail[];
  };

  /** Asks for a code as a person does, and reads it where the person would. */
  async function askCode(browser: Browser, page: Answer, email: string): Promise<{ page: Answer; code: string }> {
    const before = (await mailsTo(email.toLowerCase())).length;
    const asked = await browser.follow(page.url, system.demoApplication.redirectUri, { email });
    if (!asked.url.pathname.endsWith('/code')) throw new Error(`${asked.status} ${textOf(asked.text)}`);
    const mails = await eventually(async () => {
      const all = await mailsTo(email.toLowerCase());
      return all.length > before && all;
    });
    return { page: asked, code: /\d{4} \d{4}/.exec(mails[0]?.text ?? '')?.[0] ?? '' };
  }

  /** From the application to the answer after the code: a page of ours, or the way back to the application. */
  async function byCode(browser: Browser, email: string) {
    const { url, checks } = await party.begin();
    const start = await browser.follow(url, system.demoApplication.redirectUri);
    const { page, code } = await askCode(browser, start, email);
    const answer = await browser.follow(page.url, system.demoApplication.redirectUri, { code });
    return { answer, checks };
  }

  const sessionOf = (browser: Browser): string =>
    /homerealm_session_\d+=([^;]+)/.exec(browser.jar.header(new URL(system.issuer)) ?? '')?.[1] ?? '';

  it('signs up with an email, a code and a name; the tokens say so, and the directory has the user', async () => {
    const browser = new Browser();
    const { answer: form, checks: expected } = await byCode(browser, grace);
    expect(textOf(form.text)).toContain('What is your name?');
    const name = { givenName: 'Grace', familyName: 'Hopper' };
    const back = await browser.follow(form.url, system.demoApplication.redirectUri, name);
    if (!back.location) throw new Error(textOf(back.text));
    const { id, access } = await party.redeem(back.location, expected);
    expect(id).toMatchObject({ email: grace, email_verified: true, given_name: 'Grace', family_name: 'Hopper' });
    expect(id).not.toHaveProperty('ext_provider');
    expect(access).not.toHaveProperty('ext_groups');
    const user = await management.ask<User>('GET', `${system.urls.directory}/users/${id.sub}`);
    expect(user.identities).toMatchObject([{ type: 'email', value: grace, verified: true, primary: true }]);
    const attempts = `${system.issuer}/sign-in-attempts`;
    const { items } = await management.ask<{ items: { attemptId: string }[] }>('GET', `${attempts}?userId=${id.sub}`);
    const attempt = await management.ask<Attempt>('GET', `${attempts}/${items[0]?.attemptId}`);
    expect(attempt).toMatchObject({ outcome: 'signed-in', connectionId: null, userId: id.sub });
    const checks = attempt.checks.map(({ code }) => code);
    expect(checks).toEqual(expect.arrayContaining(['own-sign-in.is-allowed', 'code.sent', 'code.right']));
    await browser.close();
  });

  it('signs the same person in again, however the address is written', async () => {
    const browser = new Browser();
    const { answer, checks } = await byCode(browser, grace.toUpperCase());
    if (!answer.location) throw new Error(textOf(answer.text));
    const { id, tokens } = await party.redeem(answer.location, checks);
    expect(id).toMatchObject({ email: grace, given_name: 'Grace' });
    const refreshed = await party.refresh(tokens.refresh_token ?? '');
    expect(refreshed.access.sub).toBe(id.sub);
    await browser.close();
  });

  it('A12: the session’s id changes at every sign-in, and one that somebody planted is never used', async () => {
    const browser = new Browser();
    const issuer = new URL(system.issuer);
    const planted = 'planted-by-somebody-who-waits-for-it-0000000';
    browser.jar.store(issuer, [`homerealm_session_${issuer.port}=${planted}; path=/`]);
    const ids = [planted];
    for (const email of ['one@planted.example', 'two@planted.example']) {
      const { url } = await party.begin({ prompt: 'login' });
      const start = await browser.follow(url, system.demoApplication.redirectUri);
      const { page, code } = await askCode(browser, start, email);
      const form = await browser.follow(page.url, system.demoApplication.redirectUri, { code });
      const back = await browser.follow(form.url, system.demoApplication.redirectUri, { givenName: 'P' });
      expect(back.location?.searchParams.has('code')).toBe(true);
      ids.push(sessionOf(browser));
    }
    expect(ids.every((id) => id.length > 20)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    await browser.close();
  });

  it('refuses somebody unknown once nobody may sign up, and says nothing of it before the code', async () => {
    await management.ask('PATCH', `${system.urls.registry}/policies`, { ownSignIn: { signUp: false } });
    const refused = await eventually(async () => {
      const browser = new Browser();
      const { answer } = await byCode(browser, `stranger-${Math.random().toString(36).slice(2)}@nowhere.example`);
      await browser.close();
      return answer.status === 403 && answer;
    });
    expect(textOf(refused.text)).toContain('sign-in.refused');
  });
});
