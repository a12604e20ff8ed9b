import { connectionStateTopic, type FederationCertificate, SamlConnectionSettings } from '@homerealm/contracts';
import { judgeProvider, type ProviderContext, type ProviderMetadata } from './judge-provider.js';

const tenantId = '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c';
const other = '7a2d3b45-9e6f-4c8b-8d21-3e4f5a6b7c8d';
const authority = 'https://login.example';
const example = SamlConnectionSettings.parse(connectionStateTopic.events.SamlConnectionState.example).provider;
const certificate = (letter: string): FederationCertificate => ({
  ...{ pem: letter, thumbprintSha256: letter.repeat(64) },
  ...{ notBefore: '2025-01-15T00:00:00.000Z', notAfter: '2028-01-15T00:00:00.000Z' },
});
const metadata: ProviderMetadata = {
  ...example,
  entityId: `https://sts.windows.net/${tenantId}/`,
  signIn: [{ binding: 'redirect', url: `${authority}/${tenantId}/saml2` }],
  signOut: [],
  certificates: [certificate('A'), certificate('B')],
};
const context: ProviderContext = {
  ...{ authority, tenantId, entraDomain: 'contoso.example', pinnedCertificates: null, mayLackPinned: false },
};
const path = '/FederationMetadata/2007-06/FederationMetadata.xml';
const now = new Date('2026-02-01T00:00:00.000Z');
const judge = (url: string | null, more: Partial<ProviderMetadata> = {}, of: Partial<ProviderContext> = {}) =>
  judgeProvider({ ...metadata, ...more }, url, { ...context, ...of }, now);

describe('A33: who speaks for a tenant', () => {
  it.each([
    [`${authority}/${tenantId}${path}`],
    [`${authority}/${tenantId}${path}?appid=11111111-2222-4333-8444-555555555555`],
    [`${authority}/${tenantId.toUpperCase()}${path.toLowerCase()}`],
    [`${authority}/contoso.example${path}`],
  ])('%s does', (url) => expect(judge(url).source).toBe('authority'));

  it.each([
    ['another origin', `https://evil.example/${tenantId}${path}`],
    ['another port', `${authority}:444/${tenantId}${path}`],
    ['a host that begins alike', `${authority}.evil.example/${tenantId}${path}`],
    ['another tenant’s path', `${authority}/${other}${path}`],
    ['the path of all tenants', `${authority}/common${path}`],
    ['another document of the tenant', `${authority}/${tenantId}/other.xml`],
    ['a path through the tenant’s', `${authority}/${tenantId}/..%2f${other}${path}`],
    ['a path that leaves the tenant’s', `${authority}/${tenantId}/../${other}${path}`],
    ['the tenant deeper down', `${authority}/x/${tenantId}${path}`],
    ['the tenant in the query', `${authority}/${other}${path}?tenant=${tenantId}`],
    ['a doubled slash', `${authority}//${tenantId}${path}`],
  ])('%s does not', (_, url) => expect(judge(url).source).toBe('url'));

  it('pasted metadata never does', () => expect(judge(null).source).toBe('pasted'));
  it('without a tenant nobody does', () => {
    expect(judge(`${authority}/${tenantId}${path}`, {}, { tenantId: null, entraDomain: null }).source).toBe('url');
  });

  it.each([
    `https://sts.windows.net/${other}/`,
    `https://sts.windows.net/${tenantId}`,
    `https://sts.windows.net/${tenantId}/x`,
    `https://sts.windows.net/?x=/${tenantId}/`,
    `https://sts.windows.net/{tenant}/`,
    `urn:${tenantId}`,
    `http://sts.windows.net/${tenantId}/`,
  ])('the tenant’s own path with the entity ID %s is refused', (entityId) => {
    expect(() => judge(`${authority}/${tenantId}${path}`, { entityId })).toThrow('connection.metadata-tenant-mismatch');
  });

  it.each(['signIn', 'signOut'] as const)('the tenant’s own path with a %s elsewhere is refused', (field) => {
    const elsewhere = { [field]: [{ binding: 'redirect', url: 'https://evil.example/saml2' }] };
    const own = `${authority}/${tenantId}${path}`;
    expect(() => judge(own, elsewhere)).toThrow('connection.metadata-endpoint-refused');
    expect(judge('https://idp.example/m', elsewhere).source).toBe('url');
  });
});

describe('certificates that may sign', () => {
  const [a, b, c] = ['A', 'B', 'C'].map((letter) => letter.repeat(64)) as [string, string, string];
  it.each<[string, string[] | null, boolean, string[] | 'refused']>([
    ['all, where none is pinned', null, false, [a, b]],
    ['those that are pinned', [b], false, [b]],
    ['none, where one of the pinned is not there', [a, c], false, 'refused'],
    ['those that are left of the pinned, when they are renewed', [a, c], true, [a]],
    ['none, when no pinned one is left', [c], true, 'refused'],
  ])('%s', (_, pinnedCertificates, mayLackPinned, expected) => {
    const judged = () => judge(null, {}, { pinnedCertificates, mayLackPinned }).certificates;
    if (expected === 'refused') expect(judged).toThrow('connection.certificate-unknown');
    else expect(judged().map(({ thumbprintSha256 }) => thumbprintSha256)).toEqual(expected);
  });

  it('are at most twenty', () => {
    const certificates = Array.from({ length: 21 }, () => certificate('A'));
    expect(() => judge(null, { certificates })).toThrow('connection.metadata-invalid');
  });
});
