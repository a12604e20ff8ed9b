import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@homerealm/testing';
import type { SignedIn } from '../client/relying-party.js';
import type { Attempt, World } from './world.js';

type Connection = { connectionId: string; callbackUrl: string };
export type Employee = { oid: string; email: string };

/** A company of a journey's own: its tenant in the simulated Entra, its people, and connections that lead there. */
export class Company {
  private constructor(
    private readonly world: World,
    readonly domain: string,
    readonly tenantId: string,
    private readonly app: { clientId: string; clientSecret: string },
  ) {}

  static async found(world: World, domain: string): Promise<Company> {
    const named = { displayName: domain, domains: [domain] };
    const { id } = await world.simulator.ask<{ id: string }>('POST', 'tenants', named);
    const app = { clientId: randomUUID(), clientSecret: randomBytes(24).toString('base64url') };
    await world.simulator.ask('POST', 'apps', {
      ...{ clientId: app.clientId, tenant: id, secrets: [{ value: app.clientSecret }] },
      ...{ optionalClaims: ['email', 'family_name', 'given_name', 'xms_edov'], groupMembershipClaims: 'SecurityGroup' },
      permissions: { delegated: ['User.Read'], application: ['GroupMember.Read.All', 'User.Read.All'] },
    });
    return new Company(world, domain, id, app);
  }

  /** Of its registration of us. */
  get clientId(): string {
    return this.app.clientId;
  }

  /** A connection to it that signs people in from now on, with `settings` beside what it needs. */
  async connect(name: string, settings: object = {}): Promise<string> {
    const { connectionId, callbackUrl } = await this.world.registry<Connection>('POST', '/connections', {
      ...{ strategy: 'entra-oauth2', authority: this.world.system.urls.simulator, entraDomain: this.tenantId },
      ...{ name, displayName: name, ...this.app, ...settings },
    });
    const registered = { clientId: this.app.clientId, addRedirectUris: [callbackUrl] };
    await this.world.simulator.ask('POST', 'apps', registered);
    const enable = { override: true, reason: 'acceptance test' };
    await this.world.registry('POST', `/connections/${connectionId}/enable`, enable);
    await this.leadsThere(connectionId);
    return connectionId;
  }

  /** Somebody who works there. */
  async hire(name: string, more: object = {}): Promise<Employee> {
    const email = `${name}@${this.domain}`;
    const sketch = { tenant: this.tenantId, userPrincipalName: email, mail: email, givenName: name, ...more };
    const { oid } = await this.world.simulator.ask<{ oid: string }>('POST', 'users', sketch);
    return { oid, email };
  }

  async change({ oid }: Employee, fields: object): Promise<void> {
    await this.world.simulator.ask('POST', 'users', { oid, ...fields });
  }

  /** Their account is no more; the name is free for somebody else. */
  async dismiss({ oid }: Employee): Promise<void> {
    await this.world.simulator.ask('DELETE', `users/${oid}`);
  }

  async signIn(connectionId: string, email: string, params: Record<string, string> = {}): Promise<SignedIn> {
    const asked = { connection_id: connectionId, login_hint: email, ...params };
    return this.world.party.signIn(this.world.browser(), asked);
  }

  /** The record of somebody who is not signed in. */
  async refusal(connectionId: string, email: string, params: Record<string, string> = {}): Promise<Attempt> {
    const asked = { connection_id: connectionId, login_hint: email, ...params };
    const { url } = await this.world.party.begin(asked);
    return this.world.attemptOn(await this.world.browser().walk(url, this.world.redirectUri));
  }

  /** Something of this company's Entra is broken until the work is done. */
  async during<T>(fault: { name: string; times?: number; endpoint?: string }, work: () => Promise<T>): Promise<T> {
    const armed = { ...fault, clientId: this.clientId };
    const { id } = await this.world.simulator.ask<{ id: string }>('POST', 'faults', armed);
    try {
      return await work();
    } finally {
      await this.world.simulator.ask('DELETE', `faults/${id}`);
    }
  }

  /** The gateway hears of a connection from an event. */
  private async leadsThere(connectionId: string): Promise<void> {
    const { simulator } = this.world.system.urls;
    await eventually(
      async () => {
        const { url } = await this.world.party.begin({ connection_id: connectionId });
        return (await this.world.browser().follow(url, simulator)).location !== undefined;
      },
      { timeout: 30_000, says: 'the new connection' },
    );
  }
}
