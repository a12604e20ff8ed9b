import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@homerealm/testing';
import type { SignedIn } from '../client/relying-party.js';
import type { Attempt, World } from './world.js';

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
export type Employee = { oid: string; email: string };
type App = { clientId: string; clientSecret: string };

/** A registration of us that lets us read whatever we know how to read. */
const generous = {
  optionalClaims: ['email', 'family_name', 'given_name', 'xms_edov'],
  groupMembershipClaims: 'SecurityGroup',
  permissions: { delegated: ['User.Read'], application: ['GroupMember.Read.All', 'User.Read.All'] },
};

/** A company of a journey's own: its tenant in the simulated Entra, its people, and connections that lead there. */
export class Company {
  protected constructor(
    protected readonly world: World,
    readonly domain: string,
    readonly tenantId: string,
    private readonly app: App,
  ) {}

  static async found(world: World, domain: string): Promise<Company> {
    const app = { clientId: randomUUID(), clientSecret: randomBytes(24).toString('base64url') };
    return new Company(world, domain, await foundTenant(world, domain, app, generous), app);
  }

  /** Of its registration of us. */
  get clientId(): string {
    return this.app.clientId;
  }

  /** Changes its registration of us. */
  register(fields: object): Promise<unknown> {
    return this.world.simulator.ask('POST', 'apps', { clientId: this.clientId, ...fields });
  }

  /** The least a new connection to it needs. */
  least(name: string): object {
    const entra = { authority: this.world.system.urls.simulator, entraDomain: this.tenantId, ...this.app };
    return { strategy: 'entra-oauth2', name, displayName: name, ...entra };
  }

  /** A new connection to it, with `settings` beside what it needs. */
  async make(name: string, settings: object = {}): Promise<Connection> {
    const wanted = { ...this.least(name), ...settings };
    const connection = await this.world.registry<Connection>('POST', '/connections', wanted);
    await this.register({ addRedirectUris: [connection.callbackUrl] });
    return connection;
  }

  /** Makes one and enables it without a test. */
  async open(name: string, settings: object = {}): Promise<Connection> {
    const { connectionId } = await this.make(name, settings);
    const enable = { override: true, reason: 'acceptance test' };
    return this.world.registry('POST', `/connections/${connectionId}/enable`, enable);
  }

  /** The id of a new connection that signs people in from now on. */
  async connect(name: string, settings: object = {}): Promise<string> {
    const { connectionId } = await this.open(name, settings);
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

/** @returns the id of a new tenant that has registered us */
export async function foundTenant(world: World, domain: string, app: App, registration: object): Promise<string> {
  const named = { displayName: domain, domains: [domain] };
  const { id } = await world.simulator.ask<{ id: string }>('POST', 'tenants', named);
  const { clientId, clientSecret } = app;
  await world.simulator.ask('POST', 'apps', {
    clientId,
    tenant: id,
    secrets: [{ value: clientSecret }],
    ...registration,
  });
  return id;
}
