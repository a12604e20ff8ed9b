import type { EntraConnectionSettings } from '@homerealm/contracts';
import { type ConnectionId, makeId } from '@homerealm/domain';
import type { Connection } from '../domain/connection.js';
import { decideChange } from '../domain/decide-change.js';
import { decideCreate } from '../domain/decide-create.js';
import { decideDelete, decideEnable } from '../domain/decide-state.js';
import { fieldDefaults } from '../domain/normalize-fields.js';
import type { Connections } from '../use-cases/connections.port.js';

const now = new Date('2026-01-15T09:30:00.000Z');
const tenantId = '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c';
let made = 0;
const random = () => Uint8Array.from({ length: 10 }, (_, index) => (index === 9 ? ++made : 0));

/** A draft that nobody stored yet. */
export function draft(given: Partial<EntraConnectionSettings> = {}) {
  const connectionId = given.connectionId ?? makeId('conn', now.getTime(), random());
  const fields = {
    ...{ ...fieldDefaults, allowedTenants: [], homeRealmDomains: [], upstreamParams: {} },
    ...{ name: `name-${connectionId}`, displayName: 'Contoso', entraDomain: 'contoso.example' },
    clientId: '11111111-2222-4333-8444-555555555555',
    ...given,
  };
  const callbackUrl = `https://id.homerealm.example/login/callback/${connectionId}`;
  const strategy = 'entra-oauth2' as const;
  const identity = { strategy, connectionId, tenantId, graphOrigin: 'https://graph.microsoft.com', callbackUrl };
  const credentialId = makeId('cred', now.getTime(), random());
  const secret = { credentialId, kind: 'client-secret', sealed: 'sealed', sealingKeyId: 'k1' } as const;
  return decideCreate(fields, identity, { ...secret, createdAt: now, expiresAt: null }, now);
}

/** The suite every store of connections passes. `open` gives an empty one each time it is called. */
export function itIsAStoreOfConnections(open: () => Promise<Connections>): void {
  let connections: Connections;
  beforeEach(async () => {
    connections = await open();
  });
  const store = async (given?: Partial<EntraConnectionSettings>): Promise<Connection> => {
    const decision = draft(given);
    await connections.transaction((inside) => inside.save(decision, 'spec'));
    return decision.connection;
  };

  it('finds a connection again, whole', async () => {
    const stored = await store({
      homeRealmDomains: ['z.example', 'a.example'],
      upstreamParams: { prompt: { value: 'login' }, login_hint: { alias: 'login_hint' } },
      enabledApplications: ['app_demo'],
      allowedTenants: [tenantId],
      syncProfile: 'off',
    });
    expect(await connections.find(stored.settings.connectionId)).toEqual(stored);
  });

  it('does not find what was never stored', async () => {
    expect(await connections.find(draft().connection.settings.connectionId)).toBeUndefined();
  });

  it('keeps a change, with how it was enabled', async () => {
    const stored = await store();
    const id = stored.settings.connectionId;
    const request = { override: true, reason: 'because', by: 'spec', configHash: 'f00' };
    await connections.transaction(async (inside) => {
      const locked = await inside.lock(id);
      const enabled = locked && decideEnable(locked, request, now);
      if (enabled) await inside.save(enabled, 'spec');
    });
    const found = await connections.find(id);
    expect(found?.settings).toMatchObject({ revision: 2, state: 'enabled' });
    expect(found?.enabling).toEqual({ at: now.toISOString(), ...request });
  });

  it('keeps nothing of a transaction that fails', async () => {
    const decision = draft();
    const failing = connections.transaction(async (inside) => {
      await inside.save(decision, 'spec');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await connections.find(decision.connection.settings.connectionId)).toBeUndefined();
  });

  it('refuses a name somebody has, ignoring case', async () => {
    await store({ name: 'Contoso' });
    await expect(store({ name: 'cONTOSO' })).rejects.toMatchObject({ code: 'connection.name-taken', field: 'name' });
  });

  it('refuses a domain somebody has, and names it', async () => {
    await store({ homeRealmDomains: ['a.example', 'b.example'] });
    await expect(store({ homeRealmDomains: ['c.example', 'b.example'] })).rejects.toMatchObject({
      code: 'connection.domain-taken',
      field: 'homeRealmDomains',
      says: expect.stringContaining('b.example'),
    });
  });

  it('says beforehand what is taken, but not by the connection itself', async () => {
    const mine = await store({ name: 'mine', homeRealmDomains: ['a.example', 'b.example'] });
    const domains = ['b.example', 'c.example', 'a.example'];
    const taken = (except: ConnectionId) =>
      connections.transaction((inside) => inside.findTaken('MINE', domains, except));
    expect(await taken(mine.settings.connectionId)).toEqual({ name: false, domains: [] });
    const other = draft().connection.settings.connectionId;
    expect(await taken(other)).toEqual({ name: true, domains: ['a.example', 'b.example'] });
  });

  it('frees the domains a change drops, and all of a deleted connection', async () => {
    const mine = await store({ name: 'mine', homeRealmDomains: ['a.example', 'b.example'] });
    const input = { pin: undefined, secret: undefined, secretExpiresAt: undefined };
    const change = decideChange(mine, { ...input, fields: { homeRealmDomains: ['b.example'] } }, now);
    await connections.transaction(async (inside) => change && inside.save(change, 'spec'));
    await store({ homeRealmDomains: ['a.example'] });
    await connections.transaction((inside) => inside.remove(decideDelete(change?.connection ?? mine, now), 'spec'));
    expect(await connections.find(mine.settings.connectionId)).toBeUndefined();
    await store({ name: 'mine', homeRealmDomains: ['b.example'] });
  });

  it('lets one of many have a domain they all ask for at once', async () => {
    const asking = Array.from({ length: 8 }, () => store({ homeRealmDomains: ['a.example', 'b.example'].reverse() }));
    const results = await Promise.allSettled(asking);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of refused) expect(reason).toMatchObject({ code: 'connection.domain-taken' });
  });

  it('lists in pages, in the order of creation, each once', async () => {
    const all = [await store(), await store(), await store(), await store(), await store()];
    const seen: string[] = [];
    let after: ConnectionId | undefined;
    do {
      const page = await connections.list({ limit: 2, after });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ settings }) => settings.connectionId));
      after = page.next === null ? undefined : (page.next as ConnectionId);
    } while (after !== undefined);
    expect(seen).toEqual(all.map(({ settings }) => settings.connectionId));
  });

  it('lists by domain, organization, state and name, together', async () => {
    const organizationId = makeId('org', 1, random());
    const mine = await store({ name: 'Mine', organizationId, homeRealmDomains: ['a.example'] });
    await store({ name: 'other', homeRealmDomains: ['b.example'] });
    const found = async (filter: object) =>
      (await connections.list({ limit: 10, ...filter })).items.map(({ settings }) => settings.name);
    expect(await found({ homeRealmDomain: 'a.example' })).toEqual(['Mine']);
    expect(await found({ organizationId })).toEqual(['Mine']);
    expect(await found({ name: 'mINE' })).toEqual(['Mine']);
    expect(await found({ state: 'draft' })).toEqual(['Mine', 'other']);
    expect(await found({ state: 'enabled' })).toEqual([]);
    expect(await found({ name: 'mine', homeRealmDomain: 'b.example' })).toEqual([]);
    expect((await connections.list({ limit: 10, name: 'mine' })).items[0]).toEqual(mine);
  });
}
