import { entraAttributeMapping, SamlConnectionSettings, WsfedConnectionSettings } from '@homerealm/contracts';
import {
  clientId,
  entityIdOf,
  type Federation,
  type FederationUnderTest,
  metadataPath,
  otherTenantId,
  startFederationUnderTest,
  tenantId,
} from './fixtures/federation-under-test.js';
import { metadataXml, signingCertificate } from './fixtures/federation-metadata.js';
import { canary } from './fixtures/running-registry.js';

const adfs = 'http://adfs.contoso.example/adfs/services/trust';

describe('WS-Federation and SAML connections', () => {
  let test: FederationUnderTest;
  let second: string;
  const told = ({ body }: { body: Record<string, unknown> }): string[] =>
    ((body['errors'] ?? [body]) as { field?: string; code: string }[])
      .map(({ field, code }) => `${field ?? ''} ${code}`)
      .sort();
  const ofAdfs = (more: object = {}) =>
    metadataXml({
      entityId: adfs,
      certificates: [test.certificate],
      base: 'https://adfs.contoso.example/adfs',
      ...more,
    });

  beforeAll(async () => {
    test = await startFederationUnderTest('federations');
    second = await signingCertificate();
  });
  beforeEach(() => {
    test.authority.documents.delete(`${metadataPath(tenantId)}?appid=${clientId}`);
    test.authority.documents.set(metadataPath(tenantId), { body: test.ofTenant(tenantId) });
    test.authority.documents.set(metadataPath(otherTenantId), { body: test.ofTenant(otherTenantId) });
    test.provider.documents.set('/metadata', { body: ofAdfs() });
  });
  afterAll(() => test.close());

  describe('of a tenant', () => {
    it('need nothing but the tenant: the rest stands in its metadata', async () => {
      const made = await test.create({ strategy: 'entra-wsfed', entraDomain: 'contoso.example' });
      const { connectionId, callbackUrl } = made;
      expect(made).toMatchObject({
        ...{ strategy: 'entra-wsfed', state: 'draft', revision: 1, clientId: null, credentials: [], warnings: [] },
        ...{ tenantId, authority: test.authority.origin, graphOrigin: 'https://graph.example' },
        ...{ pinnedCertificates: null, attributeMapping: entraAttributeMapping, trustedProvider: false },
        metadataUrl: `${test.authority.origin}${metadataPath(tenantId)}`,
        realm: `${new URL(callbackUrl).origin}/login/metadata/${connectionId}`,
        provider: {
          ...{ entityId: entityIdOf(tenantId), source: 'authority', wantsSignedRequests: false },
          signIn: [{ binding: 'redirect', url: `${test.authority.origin}/${tenantId}/wsfed` }],
          certificates: [{ thumbprintSha256: expect.stringMatching(/^[0-9A-F]{64}$/) }],
        },
      });
      for (const field of ['entityId', 'signRequests', 'useCommonEndpoint', 'metadataXml', 'issuer']) {
        expect(made).not.toHaveProperty(field);
      }
      expect(await test.read(connectionId)).toEqual(made);
      const events = await test.registry.eventsOf(connectionId, 3);
      const state = events.find(({ type }) => type === 'WsfedConnectionState');
      expect(WsfedConnectionSettings.parse(state?.data)).toMatchObject({ connectionId, realm: made.realm });
    });

    it('read the certificates of their own application, where its client id is known', async () => {
      test.authority.documents.set(`${metadataPath(tenantId)}?appid=${clientId}`, {
        body: test.ofTenant(tenantId, { certificates: [second] }),
      });
      const given = { ...{ singleLogout: true, signRequests: false, getUserGroups: true, backgroundGroups: true } };
      const more = {
        ...{ entityId: 'urn:homerealm:contoso', nameIdFormat: 'persistent', assertionEncryption: 'none' },
        ...{ homeRealmDomains: ['contoso.example'], trustScope: 'any', trustedProvider: true, createUsers: true },
        ...{ signInUrl: `${test.authority.origin}/${tenantId}/saml2?x=1`, providerInitiatedApplication: 'app_demo' },
        upstreamParams: { login_hint: { alias: 'login_hint' }, whr: { value: 'contoso.example' } },
      };
      const made = await test.create({
        ...{ ...given, ...more, entraDomain: tenantId, clientId: clientId.toUpperCase(), clientSecret: `${canary}1` },
      });
      expect(made).toMatchObject({ ...given, ...more, clientId, tenantId, provider: { source: 'authority' } });
      expect(made.metadataUrl).toBe(`${test.authority.origin}${metadataPath(tenantId)}?appid=${clientId}`);
      const plain = await test.create({ entraDomain: tenantId });
      expect(made.provider.certificates).not.toEqual(plain.provider.certificates);
      const events = await test.registry.eventsOf(made.connectionId, 3);
      const state = events.find(({ type }) => type === 'SamlConnectionState');
      expect(SamlConnectionSettings.parse(state?.data)).toMatchObject({ entityId: 'urn:homerealm:contoso' });
      expect(JSON.stringify([made, events]) + test.registry.logLines.join('')).not.toContain(canary);
    });

    it('follow tenant and client id with the address of their metadata, as long as it is the tenant’s', async () => {
      const { connectionId } = await test.create({ entraDomain: tenantId });
      const moved = await test.patch(connectionId, { clientId });
      expect(moved.body).toMatchObject({ revision: 2, metadataUrl: expect.stringContaining(`?appid=${clientId}`) });
      const other = await test.patch(connectionId, { entraDomain: otherTenantId });
      expect(other.body).toMatchObject({
        ...{ revision: 3, tenantId: otherTenantId },
        provider: { source: 'authority', entityId: entityIdOf(otherTenantId) },
      });
      const free = await test.patch(connectionId, { metadataUrl: `${test.provider.origin}/metadata` });
      expect(free.body).toMatchObject({ revision: 4, provider: { source: 'url', entityId: adfs } });
      const back = await test.patch(connectionId, { metadataUrl: null, clientId: null });
      expect(back.body).toMatchObject({ revision: 5, provider: { source: 'authority' }, clientId: null });
      expect(back.body['metadataUrl']).not.toContain('appid');
      const none = await test.patch(connectionId, { entraDomain: null });
      expect(told(none)).toEqual(['metadataUrl connection.metadata-required']);
      const changed = (await test.registry.eventsOf(connectionId, 11)).filter(
        ({ type }) => type === 'ConnectionChanged',
      );
      expect(changed.map(({ data }) => (data as { changed: string[] }).changed)).toEqual([
        ['clientId', 'metadataUrl'],
        ['entraDomain', 'tenantId', 'metadataUrl', 'provider'],
        ['metadataUrl', 'provider'],
        ['clientId', 'metadataUrl', 'provider'],
      ]);
    });
  });

  describe('of another provider', () => {
    it.each(['entra-wsfed', 'entra-saml'])('%s: are known by an address that the operator allows', async (strategy) => {
      const made = await test.create({
        strategy,
        metadataUrl: `${test.provider.origin}/metadata`,
        authority: undefined,
      });
      expect(made).toMatchObject({ entraDomain: null, tenantId: null, provider: { source: 'url', entityId: adfs } });
      // Nobody named an authority, and the usual one is not on this operator's list.
      expect(made.authority).toBe(test.authority.origin);
    });

    it('are known by pasted metadata, of which nothing is kept but what it says', async () => {
      const made = await test.create({ metadataXml: ofAdfs({ roleAttributes: ' WantAuthnRequestsSigned="true"' }) });
      expect(made).toMatchObject({ metadataUrl: null, provider: { source: 'pasted', wantsSignedRequests: true } });
      expect(made).not.toHaveProperty('metadataXml');
      expect(made.warnings).toMatchObject([{ code: 'connection.certificate-required' }]);
      const again = await test.patch(made.connectionId, { metadataXml: ofAdfs({ certificates: [second] }) });
      expect(again.body).toMatchObject({ revision: 2, metadataUrl: null, warnings: [] });
      expect(again.body['configHash']).not.toBe(made.configHash);
      expect((await test.patch(made.connectionId, { metadataUrl: null })).body).toMatchObject({ revision: 2 });
    });
  });

  describe('whose word counts for a tenant', () => {
    const claim = async (more: object): Promise<Federation> => test.create({ entraDomain: tenantId, ...more });

    it('A33: pasted metadata that claims a tenant’s entity ID stays pasted', async () => {
      const made = await claim({ metadataXml: test.ofTenant(tenantId) });
      expect(made.provider).toMatchObject({ source: 'pasted', entityId: entityIdOf(tenantId) });
      expect(made.warnings).toMatchObject([{ code: 'connection.tenant-not-believed' }]);
    });

    it('A33: metadata of another address that claims it speaks for nobody', async () => {
      test.provider.documents.set(metadataPath(tenantId), { body: test.ofTenant(tenantId) });
      const made = await claim({ metadataUrl: `${test.provider.origin}${metadataPath(tenantId)}` });
      expect(made.provider).toMatchObject({ source: 'url', entityId: entityIdOf(tenantId) });
    });

    it('A33: at the authority, the path of another tenant speaks for nobody', async () => {
      test.authority.documents.set(metadataPath(otherTenantId), { body: test.ofTenant(tenantId) });
      const made = await claim({ metadataUrl: `${test.authority.origin}${metadataPath(otherTenantId)}` });
      expect(made.provider.source).toBe('url');
    });

    it('A33: the tenant’s own path must name the tenant', async () => {
      test.authority.documents.set(metadataPath(tenantId), { body: test.ofTenant(otherTenantId) });
      const answer = await test.post({ entraDomain: tenantId });
      expect(answer).toMatchObject({ status: 422, body: { code: 'connection.metadata-tenant-mismatch' } });
    });

    it('A33: the path of the domain is that of the tenant it was resolved to', async () => {
      test.authority.documents.set(metadataPath('contoso.example'), { body: test.ofTenant(tenantId) });
      const metadataUrl = `${test.authority.origin}${metadataPath('contoso.example')}`;
      const made = await test.create({ entraDomain: 'contoso.example', metadataUrl });
      expect(made.provider.source).toBe('authority');
    });

    it('A33: a tenant’s metadata leads to its authority and nowhere else', async () => {
      const base = 'https://evil.example';
      test.authority.documents.set(metadataPath(tenantId), { body: test.ofTenant(tenantId, { base }) });
      const answer = await test.post({ entraDomain: tenantId });
      expect(answer).toMatchObject({ status: 422, body: { code: 'connection.metadata-endpoint-refused' } });
    });
  });

  it.each<[string, object, number, string]>([
    ['no source of metadata', {}, 422, 'metadataUrl connection.metadata-required'],
    [
      'two sources',
      { metadataUrl: 'https://a.example', metadataXml: '<a/>' },
      422,
      'metadataXml connection.metadata-ambiguous',
    ],
    [
      'an address without TLS',
      { metadataUrl: 'http://idp.example/m' },
      400,
      'metadataUrl connection.metadata-url-invalid',
    ],
    ['a file', { metadataUrl: 'file:///etc/passwd' }, 400, 'metadataUrl connection.metadata-url-invalid'],
    [
      'an address with a user',
      { metadataUrl: 'https://u:p@idp.example/m' },
      400,
      'metadataUrl connection.metadata-url-invalid',
    ],
    ['text that is no XML', { metadataXml: 'hello' }, 422, ' connection.metadata-invalid'],
    ['too much XML', { metadataXml: 'x'.repeat(262_145) }, 400, 'metadataXml request.invalid-field'],
    [
      'a secret without a client',
      { entraDomain: tenantId, clientSecret: `${canary}2` },
      422,
      'clientId connection.client-required',
    ],
    [
      'groups in the background without a client',
      { entraDomain: tenantId, backgroundGroups: true },
      422,
      'backgroundGroups connection.graph-client-required',
    ],
    [
      'groups in the background without a tenant',
      { metadataUrl: 'https://a.example', clientId, backgroundGroups: true },
      422,
      'backgroundGroups connection.graph-client-required',
    ],
    [
      'a sign-in address elsewhere',
      { entraDomain: tenantId, signInUrl: 'https://evil.example/saml2' },
      422,
      'signInUrl connection.sign-in-url-not-at-authority',
    ],
    [
      'a sign-in address without TLS',
      { entraDomain: tenantId, signInUrl: 'http://idp.example' },
      400,
      'signInUrl connection.sign-in-url-invalid',
    ],
    [
      'a thumbprint that the metadata does not know',
      { entraDomain: tenantId, pinnedCertificates: ['ab'.repeat(32)] },
      422,
      'pinnedCertificates connection.certificate-unknown',
    ],
    [
      'a thumbprint of SHA-1',
      { entraDomain: tenantId, pinnedCertificates: ['ab'.repeat(20)] },
      400,
      'pinnedCertificates.0 request.invalid-field',
    ],
    ['an entity ID with blanks', { entraDomain: tenantId, entityId: 'a b' }, 400, 'entityId request.invalid-field'],
    [
      'a field of WS-Federation',
      { entraDomain: tenantId, realm: 'urn:x' },
      400,
      'realm connection.field-not-of-strategy',
    ],
    [
      'the common endpoint',
      { entraDomain: tenantId, useCommonEndpoint: true },
      400,
      'useCommonEndpoint connection.field-not-of-strategy',
    ],
    [
      'a reserved parameter',
      { entraDomain: tenantId, upstreamParams: { RelayState: { value: 'x' } } },
      422,
      'upstreamParams.RelayState connection.upstream-param-reserved',
    ],
    ['what only we say', { entraDomain: tenantId, provider: {} }, 400, 'provider request.unknown-field'],
  ])('refuse %s', async (_, more, status, problem) => {
    const answer = await test.post(more);
    expect([answer.status, told(answer)]).toEqual([status, [problem]]);
  });

  it('tell every problem at once', async () => {
    const answer = await test.post({ metadataUrl: 'http://x.example', clientSecret: ' ', backgroundGroups: true });
    expect(told(answer)).toEqual([
      'backgroundGroups connection.graph-client-required',
      'clientId connection.client-required',
      'clientSecret connection.secret-empty',
      'metadataUrl connection.metadata-url-invalid',
    ]);
  });

  describe('metadata that is hostile, or none', () => {
    it.each<[string, () => { status?: number; headers?: Record<string, string>; body: string }, string]>([
      ['A22: a document type', () => ({ body: ofAdfs().replace('?>', '?><!DOCTYPE x>') }), 'invalid'],
      ['A22: an entity', () => ({ body: ofAdfs().replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>') }), 'invalid'],
      ['A22: a thousand levels', () => ({ body: '<a>'.repeat(1_000) + '</a>'.repeat(1_000) }), 'invalid'],
      ['A22: ten megabytes', () => ({ body: ' '.repeat(10_000_000) }), 'invalid'],
      ['no certificate', () => ({ body: ofAdfs({ certificates: [] }) }), 'invalid'],
      ['a certificate that is none', () => ({ body: ofAdfs({ certificates: ['AAAA'] }) }), 'invalid'],
      ['sign-in without TLS', () => ({ body: ofAdfs({ base: 'http://idp.example' }) }), 'invalid'],
      ['sign-in by script', () => ({ body: ofAdfs({ base: 'javascript:alert(1)' }) }), 'invalid'],
      ['HTML', () => ({ body: '<html><body>Sign in</body></html>' }), 'invalid'],
      [
        'A25: a redirect',
        () => ({ status: 302, headers: { location: `${test.inside.origin}/x` }, body: '' }),
        'invalid',
      ],
      ['nothing there', () => ({ status: 404, body: '' }), 'unreachable'],
      ['an error', () => ({ status: 503, body: '' }), 'unreachable'],
    ])('%s is refused, and nothing is saved', async (_, document, problem) => {
      test.provider.documents.set('/metadata', document());
      const answer = await test.post({ name: 'hostile', metadataUrl: `${test.provider.origin}/metadata` });
      const status = problem === 'invalid' ? 422 : 502;
      expect(answer).toMatchObject({ status, body: { code: `connection.metadata-${problem}` } });
      const found = await test.registry.ask('GET', '/connections?name=hostile');
      expect(found.body['items']).toEqual([]);
      expect(test.inside.asked).toEqual([]);
    });

    it.each([
      ['loopback', (port: string) => `https://127.0.0.1:${port}/x`],
      ['loopback as a number', (port: string) => `https://2130706433:${port}/x`],
      ['loopback of IPv6', (port: string) => `https://[::1]:${port}/x`],
      ['loopback mapped', (port: string) => `https://[::ffff:7f00:1]:${port}/x`],
      ['any address', (port: string) => `https://0.0.0.0:${port}/x`],
      ['the cloud’s metadata', () => 'https://169.254.169.254/latest/meta-data'],
      ['a private network', () => 'https://10.0.0.1/x'],
    ])('A25: %s is not asked', async (_, address) => {
      const metadataUrl = address(new URL(test.inside.origin).port);
      const answer = await test.post({ metadataUrl });
      expect(answer).toMatchObject({ status: 422, body: { code: 'connection.metadata-address-refused' } });
      expect(answer.text).not.toContain('127.0.0.1');
      expect(test.inside.asked).toEqual([]);
    });
  });

  describe('changes', () => {
    it('take the names of attributes one by one, and null for those of Entra', async () => {
      const { connectionId, attributeMapping } = await test.create({
        entraDomain: tenantId,
        attributeMapping: { email: 'mail', extra: { department: 'dept' } },
      });
      expect(attributeMapping).toEqual({ ...entraAttributeMapping, email: 'mail', extra: { department: 'dept' } });
      const renamed = await test.patch(connectionId, { attributeMapping: { givenName: null } });
      expect(renamed.body['attributeMapping']).toEqual({ ...attributeMapping, givenName: null });
      expect((await test.patch(connectionId, { attributeMapping: { email: 'mail' } })).body).toMatchObject({
        revision: 2,
      });
      const back = await test.patch(connectionId, { attributeMapping: null });
      expect(back.body['attributeMapping']).toEqual(entraAttributeMapping);
    });

    it('pin certificates in any spelling, and let all sign again', async () => {
      test.authority.documents.set(metadataPath(tenantId), {
        body: test.ofTenant(tenantId, { certificates: [test.certificate, second] }),
      });
      const made = await test.create({ entraDomain: tenantId });
      const [one, two] = made.provider.certificates.map(({ thumbprintSha256 }) => thumbprintSha256);
      const colons = (one ?? '').toLowerCase().replace(/(..)(?=.)/g, '$1:');
      const pinned = await test.patch(made.connectionId, { pinnedCertificates: [colons, one] });
      expect(pinned.body).toMatchObject({
        pinnedCertificates: [one],
        provider: { certificates: [{ thumbprintSha256: one }] },
      });
      expect(pinned.body['configHash']).not.toBe(made.configHash);
      const free = await test.patch(made.connectionId, { pinnedCertificates: null });
      expect(free.body).toMatchObject({ provider: { certificates: [{}, { thumbprintSha256: two }] } });
      expect(free.body['configHash']).toBe(made.configHash);
    });

    it('of pins of pasted metadata need the metadata again, once others were left out', async () => {
      const xml = ofAdfs({ certificates: [test.certificate, second] });
      const { connectionId, provider } = await test.create({ metadataXml: xml });
      const [first] = provider.certificates.map(({ thumbprintSha256 }) => thumbprintSha256);
      const pinned = await test.patch(connectionId, { pinnedCertificates: [first] });
      expect(pinned.body).toMatchObject({ provider: { certificates: [{ thumbprintSha256: first }] } });
      expect(told(await test.patch(connectionId, { pinnedCertificates: null }))).toEqual([
        'metadataXml connection.metadata-required',
      ]);
      const free = await test.patch(connectionId, { pinnedCertificates: null, metadataXml: xml });
      expect((free.body['provider'] as { certificates: unknown[] }).certificates).toHaveLength(2);
    });

    it('of a name of ours take null for the connection’s own address', async () => {
      const made = await test.create({ entraDomain: tenantId });
      await test.patch(made.connectionId, { entityId: 'urn:other' });
      const back = await test.patch(made.connectionId, { entityId: null });
      expect(back.body).toMatchObject({ revision: 3, entityId: made.entityId, configHash: made.configHash });
    });

    it('that cannot read the metadata change nothing', async () => {
      const { connectionId } = await test.create({ entraDomain: tenantId });
      const gone = await test.patch(connectionId, {
        displayName: 'New',
        metadataUrl: `${test.provider.origin}/nothing`,
      });
      expect(gone).toMatchObject({ status: 502, body: { code: 'connection.metadata-unreachable' } });
      expect(await test.read(connectionId)).toMatchObject({ revision: 1, displayName: 'Contoso' });
    });
  });
});
