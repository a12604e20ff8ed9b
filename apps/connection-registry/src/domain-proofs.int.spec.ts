import type { DomainVerificationResponse } from '@homerealm/contracts';
import { createDatabase, type DnsServer, startDnsServer, type Zone } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { ResolverDnsLookup } from './clients/resolver.dns-lookup.js';
import { type RunningRegistry, startRegistry } from './fixtures/running-registry.js';
import { CheckDueProofs } from './use-cases/domains/check-due-proofs.js';

describe('the lookup of TXT records', () => {
  let dns: DnsServer;
  let lookup: ResolverDnsLookup;
  beforeAll(async () => {
    dns = await startDnsServer();
    lookup = new ResolverDnsLookup({ servers: [dns.address], timeoutMs: 200 });
  });
  afterAll(() => dns.close());

  const long = 'x'.repeat(255);
  it.each<[string, Zone, object]>([
    ['a record', { txt: [['one']] }, { kind: 'found', texts: ['one'] }],
    ['several records', { txt: [['one'], ['two']] }, { kind: 'found', texts: ['one', 'two'] }],
    ['a record of several strings', { txt: [[long, 'rest']] }, { kind: 'found', texts: [`${long}rest`] }],
    ['a CNAME to a record', { cname: 'elsewhere.example' }, { kind: 'found', texts: ['there'] }],
    ['a CNAME to nowhere', { cname: 'nowhere.example' }, { kind: 'absent' }],
    ['no record', {}, { kind: 'absent' }],
    ['no such name', 'no-such-name', { kind: 'absent' }],
    ['a failing server', 'server-failure', { kind: 'unreachable' }],
    ['a silent server', 'silent', { kind: 'unreachable' }],
  ])('reads %s', async (_, zone, expected) => {
    dns.zones.set('elsewhere.example', { txt: [['there']] });
    dns.zones.set('asked.example', zone);
    expect(await lookup.texts('asked.example')).toEqual(expected);
  });
});

describe('proofs of home realm domains', () => {
  let dns: DnsServer;
  let registry: RunningRegistry;
  let second: RunningRegistry;
  beforeAll(async () => {
    dns = await startDnsServer();
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    const settings = { DNS_SERVERS: dns.address, UPKEEP_POLL_MS: '3600000' };
    const options = { databaseUrl: await createDatabase('registry_domains'), certificate, ca: ca.caPem, settings };
    registry = await startRegistry(options);
    second = await startRegistry(options);
  });
  afterAll(async () => {
    await Promise.all([registry.close(), second.close()]);
    await dns.close();
  });

  const path = (id: string, domain: string) => `/connections/${id}/domains/${encodeURIComponent(domain)}/verification`;
  const request = async (id: string, domain: string) =>
    (await registry.ask('POST', path(id, domain))).body as unknown as DomainVerificationResponse;
  const check = async (id: string, domain: string) =>
    (await registry.ask('POST', `${path(id, domain)}/check`)).body as unknown as DomainVerificationResponse;
  const publish = ({ recordName, recordValue }: DomainVerificationResponse, ...beside: string[]) =>
    dns.zones.set(recordName, { txt: [...beside.map((text) => [text]), [recordValue]] });
  const told = async (id: string) =>
    (await registry.eventsOf(id, 1)).filter(({ type }) => type === 'DomainVerified').map(({ data }) => data);
  const everythingIsDue = () => registry.database.query(`UPDATE domain_proof SET due_at = now() - interval '1 second'`);

  it('A28: hold only while the owner of the domain publishes the record, and are told when they begin and end', async () => {
    const { connectionId } = await registry.create({ homeRealmDomains: ['proved.example'] });
    const asked = await request(connectionId, 'proved.example');
    expect(asked).toMatchObject({ state: 'pending', recordName: '_homerealm-challenge.proved.example', problem: null });
    expect(asked.recordValue).toMatch(/^homerealm-domain-verification=[0-9a-f]{40}$/);
    expect(await request(connectionId, 'proved.example')).toEqual(asked);
    expect(await check(connectionId, 'proved.example')).toMatchObject({ state: 'failed', problem: 'record-missing' });
    publish(asked, 'v=spf1 -all');
    expect(await check(connectionId, 'proved.example')).toMatchObject({ state: 'verified', problem: null });
    dns.zones.set(asked.recordName, 'server-failure');
    expect(await check(connectionId, 'proved.example')).toMatchObject({
      state: 'verified',
      problem: 'dns-unreachable',
    });
    dns.zones.set(asked.recordName, { txt: [['another']] });
    await everythingIsDue();
    const due = (of: RunningRegistry) => of.service.app.get(CheckDueProofs).execute();
    expect((await Promise.all([due(registry), due(second)])).reduce((sum, one) => sum + one)).toBe(1);
    const shown = await registry.ask('GET', `/connections/${connectionId}/domains`);
    expect(shown.body).toMatchObject({
      items: [
        { domain: 'proved.example', verification: { state: 'failed', problem: 'record-differs', verifiedAt: null } },
      ],
    });
    await registry.eventsOf(connectionId, 3 + 2);
    expect(await told(connectionId)).toMatchObject([
      { domain: 'proved.example', verified: true, revision: 1 },
      { domain: 'proved.example', verified: false, revision: 1 },
    ]);
    const { body } = await registry.ask('GET', `/connections/${connectionId}`);
    expect(body).toMatchObject({ homeRealmDomains: ['proved.example'], revision: 1 });
  });

  it('A28: are no use to another connection: its record is another one, and a domain has one owner', async () => {
    const first = await registry.create({ homeRealmDomains: ['moved.example'] });
    const asked = await request(first.connectionId, 'moved.example');
    publish(asked);
    expect(await check(first.connectionId, 'moved.example')).toMatchObject({ state: 'verified' });
    const thief = await registry.create();
    expect(await registry.ask('POST', path(thief.connectionId, 'moved.example'))).toMatchObject({
      status: 404,
      body: { code: 'connection.domain-not-found' },
    });
    await registry.ask('PATCH', `/connections/${first.connectionId}`, { homeRealmDomains: [] });
    await registry.ask('PATCH', `/connections/${thief.connectionId}`, { homeRealmDomains: ['moved.example'] });
    const own = await request(thief.connectionId, 'moved.example');
    expect(own.recordValue).not.toBe(asked.recordValue);
    expect(await check(thief.connectionId, 'moved.example')).toMatchObject({
      state: 'failed',
      problem: 'record-differs',
    });
    await registry.ask('PATCH', `/connections/${thief.connectionId}`, { homeRealmDomains: [] });
    await registry.ask('PATCH', `/connections/${first.connectionId}`, { homeRealmDomains: ['moved.example'] });
    const again = await request(first.connectionId, 'moved.example');
    expect(again.recordValue).not.toBe(asked.recordValue);
  });

  it.each(['BÜCHER.example.', 'xn--bcher-kva.EXAMPLE', '@bücher.example', 'BÜCHER.EXAMPLE'])(
    'A29: know the domain in the spelling %s, and ask for its A-label',
    async (spelling) => {
      const found = await registry.ask('GET', '/connections?homeRealmDomain=b%C3%BCcher.example');
      const [existing] = found.body['items'] as { connectionId: string }[];
      const { connectionId } = existing ?? (await registry.create({ homeRealmDomains: ['bücher.example'] }));
      const asked = await request(connectionId, spelling);
      expect(asked).toMatchObject({ domain: 'xn--bcher-kva.example' });
      publish(asked);
      expect(await check(connectionId, spelling)).toMatchObject({ state: 'verified' });
      expect(dns.asked.at(-1)?.toLowerCase()).toBe('_homerealm-challenge.xn--bcher-kva.example');
    },
  );

  it.each(['bucher.example', 'b\u0252cher.example', 'sub.bücher.example', 'xn--bcher-kva.example.evil.example', '..'])(
    'A29: take %s for another domain',
    async (spelling) => {
      const found = await registry.ask('GET', '/connections?homeRealmDomain=b%C3%BCcher.example');
      const [existing] = found.body['items'] as { connectionId: string }[];
      expect((await registry.ask('POST', path(String(existing?.connectionId), spelling))).status).toBe(404);
    },
  );

  it('are looked for only after they were asked for', async () => {
    const { connectionId } = await registry.create({ homeRealmDomains: ['early.example'] });
    expect(await registry.ask('POST', `${path(connectionId, 'early.example')}/check`)).toMatchObject({
      status: 409,
      body: { code: 'connection.proof-not-requested' },
    });
    const shown = await registry.ask('GET', `/connections/${connectionId}/domains`);
    expect(shown.body).toEqual({ items: [{ domain: 'early.example', verification: null }] });
  });

  it('shows the set-up pack beside them, as JSON and as text', async () => {
    const { connectionId } = await registry.create({ getUserGroups: true });
    const pack = await registry.ask('GET', `/connections/${connectionId}/setup`);
    expect(pack.status).toBe(200);
    expect(pack.body).toMatchObject({ testedBy: null, manifest: { groupMembershipClaims: 'SecurityGroup' } });
    const headers = { authorization: `Bearer ${await registry.mint('connections:read')}` };
    const text = await fetch(`${registry.service.url}/connections/${connectionId}/setup.md`, { headers });
    expect(text.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(await text.text()).toContain(String(pack.body['redirectUri']));
  });
});
