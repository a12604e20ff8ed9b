import { randomUUID } from 'node:crypto';
import { eventually } from '@homerealm/testing';
import type { SignedIn } from '../client/relying-party.js';
import type { World } from './world.js';

/** A connection to Entra as the management API shows it, as far as journeys look at it. */
export type Connection = {
  connectionId: string;
  name: string;
  revision: number;
  state: string;
  tenantId: string;
  callbackUrl: string;
  configHash: string;
  enabling: { override: boolean; reason: string | null; by: string; configHash: string } | null;
  warnings: { field: string; code: string; says: string }[];
};
export type Person = { oid: string; email: string };
export type Problem = { code: string; field?: string; detail?: string };
export type TestRun = { testRunId: string; state: string; report: { checks: { code: string; outcome: string }[] } };
/** What the simulated Entra was asked. */
export type Asked = { endpoint: string; path: string; query: Record<string, string>; body: Record<string, string> };

/**
 * A tenant of one journey's own in the simulated Entra, with its registration of us, and connections to it in every
 * state, made step by step as an admin makes them.
 */
export class OwnTenant {
  readonly tenantId = randomUUID();
  readonly clientId = randomUUID();

  private constructor(
    private readonly world: World,
    readonly domain: string,
    readonly secret: string,
  ) {}

  static async found(world: World, name: string, secret: string): Promise<OwnTenant> {
    const tenant = new OwnTenant(world, `${name}.example`, secret);
    const { tenantId: id, domain } = tenant;
    await world.simulator.ask('POST', 'tenants', { id, displayName: name, domains: [domain] });
    const optionalClaims = ['email', 'given_name', 'family_name'];
    await tenant.register({ tenant: id, secrets: [{ value: secret }], optionalClaims });
    return tenant;
  }

  /** The least a new connection needs. */
  least(name: string): object {
    const { tenantId, clientId } = this;
    const authority = this.world.system.urls.simulator;
    const fields = { name, displayName: name, authority, entraDomain: tenantId, clientId };
    return { strategy: 'entra-oauth2', ...fields, clientSecret: this.secret };
  }

  async make(name: string, settings: object = {}): Promise<Connection> {
    const connection = await this.world.registry<Connection>('POST', '/connections', {
      ...{ ...this.least(name), ...settings },
    });
    await this.register({ addRedirectUris: [connection.callbackUrl] });
    return connection;
  }

  /** Makes one and enables it without a test. */
  async open(name: string, settings: object = {}): Promise<Connection> {
    const { connectionId } = await this.make(name, settings);
    const enable = { override: true, reason: 'acceptance test' };
    return this.world.registry('POST', `/connections/${connectionId}/enable`, enable);
  }

  async hire(name: string, fields: object = {}): Promise<Person> {
    const email = `${name}@${this.domain}`;
    const person = { tenant: this.tenantId, userPrincipalName: email, mail: email, ...fields };
    return { email, oid: (await this.world.simulator.ask<{ oid: string }>('POST', 'users', person)).oid };
  }

  /** In a browser that nobody has used before. */
  signIn({ email }: Person, { connectionId }: Connection): Promise<SignedIn> {
    return this.world.party.signIn(this.world.browser(), { connection_id: connectionId, login_hint: email });
  }

  /** Changes the tenant's registration of us. */
  register(fields: object): Promise<unknown> {
    return this.world.simulator.ask('POST', 'apps', { clientId: this.clientId, ...fields });
  }

  change(connection: Connection, fields: object): Promise<Connection> {
    return this.world.registry('PATCH', `/connections/${connection.connectionId}`, fields);
  }

  read({ connectionId }: Connection): Promise<Connection> {
    return this.world.registry('GET', `/connections/${connectionId}`);
  }

  /** Signs in once the services have heard of what was done last. */
  signInSoon(who: Person, connection: Connection) {
    return eventually(() => this.signIn(who, connection), { timeout: 20_000, says: 'the sign-in' });
  }

  /** The page and the record of a sign-in that ends with this code, now or soon. */
  refusedSoon({ email }: Person, { connectionId }: Connection, code: string) {
    return eventually(
      async () => {
        const { url } = await this.world.party.begin({ connection_id: connectionId, login_hint: email });
        const page = await this.world.browser().walk(url, this.world.redirectUri);
        const attempt = page.location === undefined && (await this.world.attemptOn(page));
        return attempt && attempt.code === code && { page, attempt };
      },
      { timeout: 20_000, says: code },
    );
  }

  /** A test sign-in of the connection as it is now. Whoever is asked for consent declines. */
  async test({ connectionId }: Connection, { email }: Person, password: string): Promise<TestRun> {
    const runs = `/connections/${connectionId}/test-runs`;
    const { testRunId, startUrl } = await this.world.registry<{ testRunId: string; startUrl: string }>('POST', runs);
    const browser = this.world.browser();
    const start = await browser.follow(startUrl, 'nowhere:');
    const page = await this.world.signInAtCompany(browser, start, email, password);
    const [, consent] = /action="([^"]+\/consent)"/.exec(page.text) ?? [];
    const ctx = /name="ctx" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    if (consent !== undefined) await browser.follow(new URL(consent, page.url), 'nowhere:', { ctx, cancel: '1' });
    return this.world.registry('GET', `${runs}/${testRunId}`);
  }

  /** The last request that the company's Entra had from us at this endpoint. */
  async lastAsked(endpoint: 'authorize' | 'token'): Promise<Asked | undefined> {
    const { items } = await this.world.simulator.ask<{ items: (Asked & { clientId: string })[] }>('GET', 'requests');
    return items.findLast((one) => one.endpoint === endpoint && one.clientId === this.clientId);
  }
}
