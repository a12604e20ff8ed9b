import { randomUUID } from 'node:crypto';
import { eventually } from '@homerealm/testing';
import type { SignedIn } from '../client/relying-party.js';
import { Company, type Connection, type Employee, foundTenant } from './company.js';
import type { World } from './world.js';

export type Problem = { code: string; field?: string; detail?: string };
export type TestRun = { testRunId: string; state: string; report: { checks: { code: string; outcome: string }[] } };
/** What the simulated Entra was asked. */
export type Asked = { endpoint: string; path: string; query: Record<string, string>; body: Record<string, string> };

/** A company whose admin does everything step by step: connections in every state, tests, changes of the registration. */
export class OwnTenant extends Company {
  static async establish(world: World, name: string, clientSecret: string): Promise<OwnTenant> {
    const app = { clientId: randomUUID(), clientSecret };
    const domain = `${name}.example`;
    const registration = { optionalClaims: ['email', 'given_name', 'family_name'] };
    return new OwnTenant(world, domain, await foundTenant(world, domain, app, registration), app);
  }

  /** In a browser that nobody has used before. */
  signInBy({ connectionId }: Connection, { email }: Employee): Promise<SignedIn> {
    return this.signIn(connectionId, email);
  }

  edit(connection: Connection, fields: object): Promise<Connection> {
    return this.world.registry('PATCH', `/connections/${connection.connectionId}`, fields);
  }

  read({ connectionId }: Connection): Promise<Connection> {
    return this.world.registry('GET', `/connections/${connectionId}`);
  }

  /** Signs in once the services have heard of what was done last. */
  signInSoon(who: Employee, connection: Connection) {
    return eventually(() => this.signInBy(connection, who), { timeout: 20_000, says: 'the sign-in' });
  }

  /** The page and the record of a sign-in that ends with this code, now or soon. */
  refusedSoon({ email }: Employee, { connectionId }: Connection, code: string) {
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
  async test({ connectionId }: Connection, { email }: Employee, password: string): Promise<TestRun> {
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
