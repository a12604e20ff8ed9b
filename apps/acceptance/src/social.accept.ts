import { readFileSync } from 'node:fs';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { eventually } from '@homerealm/testing';
import { type Answer, Browser } from './client/browser.js';
import { Management } from './client/management.js';
import { RelyingParty, textOf } from './client/relying-party.js';

type Identity = { type: string; value: string | null; verified: boolean };
type User = { userId: string; identities: Identity[] };

const olgas = 'olga.stern@mail.example';

/** The stand-ins of Google (trusted), LinkedIn and GitHub (both not) that the local run brings along. */
describe('signing in through social providers, in the running system', () => {
  let system: LocalSystem;
  let management: Management;
  let party: RelyingParty;
  let ca: string;
  const connectionIds = new Map<string, string>();

  beforeAll(async () => {
    system = await startLocalSystem({ kafka: false, portBase: await freePortBase() });
    ca = readFileSync(system.caFile, 'utf8');
    management = new Management(system.issuer, system.admin);
    party = await RelyingParty.discover(system.issuer, system.demoApplication);
    for (const name of ['google', 'linkedin', 'github']) {
      const address = `${system.urls.registry}/connections?name=${name}`;
      const page = await management.ask<{ items: { connectionId: string }[] }>('GET', address);
      connectionIds.set(name, page.items[0]?.connectionId ?? '');
    }
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  const userOf = (userId = '') =>
    management.ask<User>('GET', `${system.urls.directory}/users/${encodeURIComponent(userId)}`);
  const identitiesOf = async (userId: string | undefined) =>
    (await userOf(userId)).identities.map(({ type, value }) => `${type} ${value ?? '-'}`).sort();

  /** From the application to the provider, where somebody's tile is pressed; then whatever page of ours comes. */
  async function choose(browser: Browser, provider: string, person: string) {
    const { url, checks } = await party.begin({ connection_id: connectionIds.get(provider) ?? '', prompt: 'login' });
    const { redirectUri } = system.demoApplication;
    const page = await browser.follow(url, redirectUri);
    const [, ctx = ''] = /name="ctx" value="([^"]+)"/.exec(page.text) ?? [];
    const [, account = ''] =
      new RegExp(`name="account" value="(\\d+)"[^>]*>\\s*<strong>${person}<`).exec(page.text) ?? [];
    const answer = await browser.follow(new URL(`/${provider}/choose`, page.url), redirectUri, { ctx, account });
    return { answer, checks };
  }

  async function finish(answer: Answer, checks: Parameters<RelyingParty['redeem']>[1]) {
    if (!answer.location) throw new Error(`${answer.status} ${textOf(answer.text)}`);
    return party.redeem(answer.location, checks);
  }

  async function signIn(provider: string, person: string) {
    const browser = new Browser(ca);
    const { answer, checks } = await choose(browser, provider, person);
    const signedIn = await finish(answer, checks);
    await browser.close();
    return signedIn;
  }

  const mailsTo = async (to: string): Promise<{ text: string }[]> =>
    (await (await fetch(`${system.mailbox?.url}/mails?to=${encodeURIComponent(to)}`)).json()) as { text: string }[];

  /** Types an email into the page that asks for one, and then the code that arrives there. */
  async function prove(browser: Browser, page: Answer, email: string): Promise<Answer> {
    const { redirectUri } = system.demoApplication;
    const before = (await mailsTo(email)).length;
    const asksCode = await browser.follow(page.url, redirectUri, { email });
    const mails = await eventually(async () => {
      const all = await mailsTo(email);
      return all.length > before && all;
    });
    return browser.follow(asksCode.url, redirectUri, { code: /\d{4} \d{4}/.exec(mails[0]?.text ?? '')?.[0] ?? '' });
  }

  it('offers them by buttons', async () => {
    const browser = new Browser(ca);
    const { url } = await party.begin();
    const page = textOf((await browser.follow(url, system.demoApplication.redirectUri)).text);
    for (const name of ['Google', 'LinkedIn', 'GitHub']) expect(page).toContain(`Continue with ${name}`);
    await browser.close();
  });

  it('trusted, with a verified email: a user with that email too, who then comes by email and is the same', async () => {
    const { id } = await signIn('google', 'Olga Stern');
    expect(id).toMatchObject({ email: olgas, email_verified: true, given_name: 'Olga', family_name: 'Stern' });
    expect(id).toMatchObject({ ext_provider: { name: 'google', connection_id: connectionIds.get('google') } });
    expect(await identitiesOf(id.sub)).toEqual([`email ${olgas}`, `social ${olgas}`]);

    const browser = new Browser(ca);
    const { url, checks } = await party.begin({ prompt: 'login' });
    const page = await browser.follow(url, system.demoApplication.redirectUri);
    const byEmail = await finish(await prove(browser, page, olgas), checks);
    expect(byEmail.id.sub).toBe(id.sub);
    await browser.close();
  });

  it('A3: not trusted, with the very same verified email: somebody else, whose email nobody vouches for', async () => {
    const trusted = await signIn('google', 'Olga Stern');
    const { id } = await signIn('linkedin', 'Olga Stern');
    expect(id.sub).not.toBe(trusted.id.sub);
    expect(id).toMatchObject({ email: olgas, email_verified: false });
    expect(await identitiesOf(id.sub)).toEqual([`social ${olgas}`]);
    expect((await signIn('linkedin', 'Olga Stern')).id.sub).toBe(id.sub);
  });

  it('A3: trusted, with an email the provider has not verified: a user without that email', async () => {
    const { id } = await signIn('google', 'Mira Falk');
    expect(id).toMatchObject({ email: 'mira.falk@mail.example', email_verified: false });
    expect(await identitiesOf(id.sub)).toEqual(['social mira.falk@mail.example']);
  });

  it('A3: trusting LinkedIn as well changes nothing for an email that is verified in so many letters', async () => {
    const address = `${system.urls.registry}/connections/${connectionIds.get('linkedin')}`;
    await management.ask('PATCH', address, { trustedProvider: true });
    const { id } = await signIn('linkedin', 'Tariq Aziz');
    expect(id).toMatchObject({ email: 'tariq.aziz@mail.example', email_verified: false });
    expect(await identitiesOf(id.sub)).toEqual(['social tariq.aziz@mail.example']);
    await management.ask('PATCH', address, { trustedProvider: false });
  });

  it('without an email: the person is asked for it, once, and the code proves it', async () => {
    const browser = new Browser(ca);
    const { answer, checks } = await choose(browser, 'google', 'Nils Ohne');
    expect(textOf(answer.text)).toContain('What is your email address?');
    const { id } = await finish(await prove(browser, answer, 'nils@mail.example'), checks);
    expect(id).toMatchObject({ email: 'nils@mail.example', email_verified: true });
    expect(await identitiesOf(id.sub)).toEqual(['email nils@mail.example', 'social -']);
    expect((await signIn('google', 'Nils Ohne')).id.sub).toBe(id.sub);
    await browser.close();
  });

  it('without an email, not trusted: the email they prove may lead to the user they are', async () => {
    const olga = await signIn('google', 'Olga Stern');
    const browser = new Browser(ca);
    const { answer, checks } = await choose(browser, 'github', 'Piet Maas');
    const { id } = await finish(await prove(browser, answer, olgas), checks);
    expect(id.sub).toBe(olga.id.sub);
    await browser.close();
  });

  it('an application with a list of connections signs nobody in through another one', async () => {
    const application = `${system.issuer}/applications/${system.demoApplication.clientId}`;
    await management.ask('PATCH', application, { connections: [connectionIds.get('google')] });
    const refused = await eventually(async () => {
      const browser = new Browser(ca);
      const { url } = await party.begin({ connection_id: connectionIds.get('linkedin') ?? '', prompt: 'login' });
      const page = await browser.follow(url, system.demoApplication.redirectUri);
      await browser.close();
      return page.status === 403 && textOf(page.text);
    });
    expect(refused).toContain('application.other-connections');
    const browser = new Browser(ca);
    const { url } = await party.begin({ prompt: 'login' });
    const page = textOf((await browser.follow(url, system.demoApplication.redirectUri)).text);
    expect([page.includes('Continue with Google'), page.includes('Continue with LinkedIn')]).toEqual([true, false]);
    await browser.close();
    await management.ask('PATCH', application, { connections: null });
  });
});
