import { readFileSync } from 'node:fs';
import { freePortBase, type LocalSystem, startLocalSystem, urlsFor } from '@homerealm/local';
import { type DnsServer, startDnsServer } from '@homerealm/testing';
import type { ClientAuth } from 'openid-client';
import { Avatars } from '../client/avatars.js';
import { type Answer, Browser } from '../client/browser.js';
import { LogoutListener } from '../client/logout-listener.js';
import { Mailbox } from '../client/mailbox.js';
import { Management } from '../client/management.js';
import { type Application, RelyingParty, type SignedIn, textOf } from '../client/relying-party.js';
import { Simulator } from '../client/simulator.js';
import { SmsProvider } from '../client/sms-provider.js';

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
type NewApplication = { id: string; clientSecret: string | null };
type Begun = Awaited<ReturnType<RelyingParty['begin']>>;

/** The operator's own tenant in the simulated Entra, and the registration there that stands for our management APIs. */
export const operators = {
  tenantId: '09e7a702-0000-4000-8000-000000000001',
  audience: '09e7a702-0003-4000-8000-000000000001',
};
const operatorSettings = (authority: string) => ({
  ...{ OPERATOR_TENANT_ID: operators.tenantId, OPERATOR_AUDIENCE: operators.audience, OPERATOR_AUTHORITY: authority },
  OPERATOR_CLIENT_IDS: operators.audience,
  OPERATOR_ROLES: 'Homerealm.Admin=connections:read connections:write users:read',
});

/** What `npm start` runs, and the people, admins and applications around it. */
export class World {
  private constructor(
    readonly system: LocalSystem,
    readonly simulator: Simulator,
    readonly management: Management,
    readonly party: RelyingParty,
    readonly mailbox: Mailbox,
    readonly sms: SmsProvider,
    readonly listener: LogoutListener,
    /** The name server at which proofs of domains are looked up. */
    readonly dns: DnsServer,
    readonly avatars: Avatars,
    private readonly ca: string,
    private readonly browsers: Browser[] = [],
  ) {}

  static async start(): Promise<World> {
    const portBase = await freePortBase();
    const operator = operatorSettings(urlsFor(portBase).simulator);
    const sms = await SmsProvider.start();
    const listener = await LogoutListener.start();
    const dns = await startDnsServer();
    const avatars = await Avatars.start();
    const limits = { SIGN_IN_LIMIT_PER_ADDRESS: '100000', CODES_PER_NETWORK: '100000' };
    const environment = {
      ...process.env,
      ...operator,
      ...sms.settings,
      ...avatars.settings,
      UPKEEP_POLL_MS: '500',
      ...limits,
      LOGOUT_ORIGINS: listener.origin,
      DNS_SERVERS: dns.address,
    };
    const system = await startLocalSystem({ kafka: false, portBase, environment });
    const ca = readFileSync(system.caFile, 'utf8');
    const simulator = new Simulator(system.urls.simulator, ca);
    await simulator.ask('PUT', 'settings', { autoSignIn: true });
    const management = new Management(system.issuer, system.admin);
    const party = await RelyingParty.discover(system.issuer, system.demoApplication);
    const mailbox = new Mailbox(system.localFile().mailbox?.url ?? '');
    return new World(system, simulator, management, party, mailbox, sms, listener, dns, avatars, ca);
  }

  async stop(): Promise<void> {
    await this.closeBrowsers();
    await this.simulator.close();
    await this.system.stop();
    await this.sms.stop();
    await this.dns.close();
    await this.avatars.stop();
    await this.listener.stop();
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

  /** An application of its own, made through the API, and whoever signs people in to it. */
  async register(settings: object = {}, authentication?: ClientAuth): Promise<RelyingParty> {
    const { redirectUri } = this;
    const made = { name: 'Shop', type: 'web', redirectUris: [redirectUri], ...settings };
    const { id, clientSecret } = await this.gateway<NewApplication>('POST', '/applications', made);
    const application = { clientId: id, clientSecret: clientSecret ?? '', redirectUri };
    return this.clientOf(application, authentication);
  }

  /** Whoever says to be that application. */
  clientOf(application: Application, authentication?: ClientAuth): Promise<RelyingParty> {
    return RelyingParty.discover(this.system.issuer, application, authentication);
  }

  registry<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.management.ask<Body>(method, `${this.system.urls.registry}${path}`, body);
  }

  /** As `registry`, for calls that may be refused. */
  tryRegistry<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    return this.management.call<Body>(method, `${this.system.urls.registry}${path}`, body);
  }

  directory<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.management.ask<Body>(method, `${this.system.urls.directory}${path}`, body);
  }

  /** As `directory`, for calls that may be refused. */
  tryDirectory<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    return this.management.call<Body>(method, `${this.system.urls.directory}${path}`, body);
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
    return this.prove(browser, page, email, () => this.mailbox.codeFor(email));
  }

  /** The same with whatever somebody types; `code` waits for what reaches them. */
  async prove(browser: Browser, page: Answer, typed: string, code: () => Promise<string>): Promise<Answer> {
    const asked = await browser.follow(page.url, this.redirectUri, { email: typed });
    if (!asked.url.pathname.endsWith('/code')) throw new Error(`no code was asked for: ${textOf(asked.text)}`);
    return browser.follow(asked.url, this.redirectUri, { code: await code() });
  }

  /** From the application to the answer after the code. */
  async byEmail(browser: Browser, email: string, params: Record<string, string> = {}) {
    const begun = await this.party.begin(params);
    const page = await browser.follow(begun.url, this.redirectUri);
    return { begun, answer: await this.proveEmail(browser, page, email) };
  }

  /** From the application to the answer after the code that reached them, whatever they typed. */
  async byCode(typed: string, code: () => Promise<string>, params: Record<string, string> = {}) {
    const browser = this.browser();
    const begun = await this.party.begin(params);
    const page = await browser.follow(begun.url, this.redirectUri);
    return { browser, begun, answer: await this.prove(browser, page, typed, code) };
  }

  /** From the application to a social provider, where somebody's tile is pressed; then whatever comes. */
  async choose(browser: Browser, provider: string, person: string) {
    const begun = await this.party.begin({ connection_id: await this.connectionNamed(provider), prompt: 'login' });
    const page = await browser.follow(begun.url, this.redirectUri);
    const ctx = /name="ctx" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const tile = new RegExp(`name="account" value="(\\d+)"[^>]*>\\s*<strong>${person}<`).exec(page.text);
    if (!tile) throw new Error(`no ${person} at ${provider}: ${page.status} ${textOf(page.text)}`);
    const form = { ctx, account: tile[1] ?? '' };
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
  signInAtCompany(browser: Browser, page: Answer, email: string, password = this.passwordOf(email)): Promise<Answer> {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const ctx = /name="ctx" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const form = { ctx, loginfmt: email, passwd: password, signin: '1' };
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
