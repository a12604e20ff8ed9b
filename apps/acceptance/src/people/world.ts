import { readFileSync } from 'node:fs';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { type Answer, Browser } from '../client/browser.js';
import { Mailbox } from '../client/mailbox.js';
import { Management } from '../client/management.js';
import { RelyingParty, type SignedIn, textOf } from '../client/relying-party.js';
import { Simulator } from '../client/simulator.js';

export type Attempt = {
  outcome: string;
  code: string | null;
  connectionId: string | null;
  userId: string | null;
  checks: { code: string; outcome: string }[];
};
export type User = {
  userId: string;
  profile: Record<string, unknown>;
  identities: { type: string; value: string | null; verified: boolean; primary: boolean }[];
};
type Begun = Awaited<ReturnType<RelyingParty['begin']>>;

/** What `npm start` runs, and the people, admins and applications around it. */
export class World {
  private constructor(
    readonly system: LocalSystem,
    readonly simulator: Simulator,
    readonly management: Management,
    readonly party: RelyingParty,
    readonly mailbox: Mailbox,
    private readonly ca: string,
    private readonly browsers: Browser[] = [],
  ) {}

  static async start(): Promise<World> {
    const environment = { ...process.env, SIGN_IN_LIMIT_PER_ADDRESS: '100000', CODES_PER_NETWORK: '100000' };
    const system = await startLocalSystem({ kafka: false, portBase: await freePortBase(), environment });
    const ca = readFileSync(system.caFile, 'utf8');
    const simulator = new Simulator(system.urls.simulator, ca);
    await simulator.ask('PUT', 'settings', { autoSignIn: true });
    const management = new Management(system.issuer, system.admin);
    const party = await RelyingParty.discover(system.issuer, system.demoApplication);
    const mailbox = new Mailbox(system.localFile().mailbox?.url ?? '');
    return new World(system, simulator, management, party, mailbox, ca);
  }

  async stop(): Promise<void> {
    await this.closeBrowsers();
    await this.simulator.close();
    await this.system.stop();
  }

  /** Somebody's browser, without cookies yet. */
  browser(): Browser {
    const browser = new Browser(this.ca);
    this.browsers.push(browser);
    return browser;
  }

  async closeBrowsers(): Promise<void> {
    await Promise.all(this.browsers.splice(0).map((browser) => browser.close()));
  }

  get redirectUri(): string {
    return this.system.demoApplication.redirectUri;
  }

  registry<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.management.ask<Body>(method, `${this.system.urls.registry}${path}`, body);
  }

  directory<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.management.ask<Body>(method, `${this.system.urls.directory}${path}`, body);
  }

  gateway<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.management.ask<Body>(method, `${this.system.urls.gateway}${path}`, body);
  }

  userOf(subject: unknown): Promise<User> {
    return this.directory<User>('GET', `/users/${encodeURIComponent(String(subject))}`);
  }

  async identitiesOf(subject: unknown): Promise<string[]> {
    return (await this.userOf(subject)).identities.map(({ type, value }) => `${type} ${value ?? '-'}`).sort();
  }

  /** The record whose id stands on the page. */
  attemptOn(page: Answer): Promise<Attempt> {
    const attemptId = /attempt_[0-9a-z]{26}/.exec(page.text)?.[0];
    if (attemptId === undefined) throw new Error(`a page without an attempt: ${page.status} ${textOf(page.text)}`);
    return this.gateway('GET', `/sign-in-attempts/${attemptId}`);
  }

  /** Asks for a code as a person does, and enters it: a page of ours comes, or the way back to the application. */
  async proveEmail(browser: Browser, page: Answer, email: string): Promise<Answer> {
    const asked = await browser.follow(page.url, this.redirectUri, { email });
    if (!asked.url.pathname.endsWith('/code')) throw new Error(`no code was asked for: ${textOf(asked.text)}`);
    return browser.follow(asked.url, this.redirectUri, { code: await this.mailbox.codeFor(email) });
  }

  /** From the application to the answer after the code. */
  async byEmail(browser: Browser, email: string, params: Record<string, string> = {}) {
    const begun = await this.party.begin(params);
    const page = await browser.follow(begun.url, this.redirectUri);
    return { begun, answer: await this.proveEmail(browser, page, email) };
  }

  /** From the application to a social provider, where somebody's tile is pressed; then whatever comes. */
  async choose(browser: Browser, provider: string, person: string) {
    const begun = await this.party.begin({ connection_id: await this.connectionNamed(provider), prompt: 'login' });
    const page = await browser.follow(begun.url, this.redirectUri);
    const ctx = /name="ctx" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const tile = new RegExp(`name="account" value="(\\d+)"[^>]*>\\s*<strong>${person}<`).exec(page.text);
    const form = { ctx, account: tile?.[1] ?? '' };
    return { begun, answer: await browser.follow(new URL(`/${provider}/choose`, page.url), this.redirectUri, form) };
  }

  async signInAt(provider: string, person: string): Promise<SignedIn> {
    const { begun, answer } = await this.choose(this.browser(), provider, person);
    return this.redeem(answer, begun);
  }

  redeem({ location, status, text }: Answer, { checks }: Begun): Promise<SignedIn> {
    if (!location) throw new Error(`no way back to the application: ${status} ${textOf(text)}`);
    return this.party.redeem(location, checks);
  }

  /** Types name and password into the page of the simulated Entra; then whatever page of ours comes. */
  signInAtCompany(browser: Browser, page: Answer, email: string): Promise<Answer> {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const ctx = /name="ctx" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const form = { ctx, loginfmt: email, passwd: this.passwordOf(email), signin: '1' };
    return browser.follow(new URL(action, page.url), this.redirectUri, form);
  }

  /** Of somebody at the simulated Entra. */
  passwordOf(email: string): string {
    return this.system.accounts.find((account) => account.email === email)?.password ?? '';
  }

  async connectionNamed(name: string): Promise<string> {
    const { items } = await this.registry<{ items: { connectionId: string }[] }>('GET', `/connections?name=${name}`);
    return items[0]?.connectionId ?? '';
  }
}
