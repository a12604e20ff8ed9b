import { parseEntraAuthorities, resolveEntraTenant } from './authorities.js';
import { TestBed } from '../fixtures/test-bed.js';
import { tenantId, type Behaviour } from '../fixtures/hostile-upstream.js';

describe('parseEntraAuthorities', () => {
  it('knows the Microsoft clouds when nothing is set', () => {
    const authorities = parseEntraAuthorities();
    expect(authorities.find('https://login.microsoftonline.com')?.graphOrigin).toBe('https://graph.microsoft.com');
    expect(authorities.all).toHaveLength(3);
    expect(authorities.origins).toHaveLength(6);
  });

  it('takes a list in the place of them', () => {
    const authorities = parseEntraAuthorities(
      ' https://localhost:4500=https://localhost:4500 ,https://a.example/=https://g.example ',
    );
    expect(authorities.find('https://localhost:4500')).toEqual({
      origin: 'https://localhost:4500',
      graphOrigin: 'https://localhost:4500',
    });
    expect(authorities.origins).toEqual(['https://localhost:4500', 'https://a.example', 'https://g.example']);
    expect(authorities.find('https://login.microsoftonline.com')).toBeUndefined();
  });

  it.each([
    '',
    ',',
    'https://a.example',
    'https://a.example=',
    'http://a.example=https://g.example',
    'https://a.example/path=https://g.example',
    'https://user@a.example=https://g.example',
    'https://a.example=https://g.example#x',
    'https://a.example=b=c',
    'https://a.example=https://g.example,https://a.example=https://h.example',
  ])('refuses %j', (text) => expect(() => parseEntraAuthorities(text)).toThrow(RangeError));
});

describe('resolveEntraTenant', () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await TestBed.start(1_000);
  });
  beforeEach(() => bed.upstream.reset());
  afterAll(() => bed.close());
  const resolve = (domain: string, metadata?: Behaviour['metadata']) => {
    bed.upstream.behaviour = { metadata };
    return resolveEntraTenant(bed.http, bed.upstream.origin, domain);
  };
  const issuer = (text: unknown) => () => ({ body: { issuer: text } });

  it('finds the tenant of a domain and of a GUID', async () => {
    const known = () => issuer(`${bed.upstream.origin}/${tenantId.toUpperCase()}/v2.0`)();
    expect(await resolve('contoso.example', known)).toEqual({ found: true, tenantId });
    expect(await resolve(tenantId)).toEqual({ found: true, tenantId });
  });

  it.each([
    'common',
    'organizations',
    'consumers',
    '',
    '..',
    'a/b.c',
    'a.b?x',
    'a.b#x',
    'a..b',
    '%2e%2e',
    'a b.c',
    `${'a'.repeat(300)}.example`,
  ])('asks nobody about %j', async (domain) => {
    expect(await resolve(domain)).toEqual({ found: false, problem: 'tenant-not-found' });
    expect(bed.upstream.asked).toEqual([]);
  });

  it.each<[string, Behaviour['metadata'], string]>([
    ['an unknown tenant', () => ({ status: 400, body: { error: 'invalid_tenant' } }), 'tenant-not-found'],
    ['a failing authority', () => ({ status: 503, body: '<html>' }), 'authority-unreachable'],
    ['a throttling authority', () => ({ status: 429, body: {} }), 'authority-unreachable'],
    ['a hanging authority', () => 'hang', 'authority-unreachable'],
    ['null', () => ({ body: 'null' }), 'authority-unreachable'],
    ['the template', () => issuer(`${bed.upstream.origin}/{tenantid}/v2.0`)(), 'authority-unreachable'],
    ['a stranger’s issuer', issuer(`https://evil.example/${tenantId}/v2.0`), 'authority-unreachable'],
    ['an issuer that is no text', issuer(5), 'authority-unreachable'],
  ])('understands %s', async (_, metadata, problem) => {
    expect(await resolve('contoso.example', metadata)).toEqual({ found: false, problem });
  });

  it('asks no authority that is not on the list', async () => {
    expect(await resolveEntraTenant(bed.http, bed.upstream.bystanderOrigin, 'contoso.example')).toMatchObject({
      found: false,
    });
    expect(bed.upstream.bystander).toEqual([]);
  });
});
