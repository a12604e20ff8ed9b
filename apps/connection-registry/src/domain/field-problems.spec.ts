import { makeId } from '@homerealm/domain';
import type { SomeFields } from './connection.js';
import { authorityProblems, fieldProblems } from './field-problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';

const organizationId = makeId('org', 0, new Uint8Array(10));
const codes = (problems: { code: string }[]) => problems.map(({ code }) => code);

describe('the rules between fields', () => {
  it.each<[string, Partial<SomeFields>, string[]]>([
    [
      'the common endpoint without tenants',
      { useCommonEndpoint: true, allowedTenants: [] },
      ['connection.tenants-required'],
    ],
    ['the common endpoint with a tenant', { useCommonEndpoint: true, allowedTenants: ['x'] }, []],
    ['no common endpoint, no tenants', { useCommonEndpoint: false, allowedTenants: [] }, []],
    ['tenants that could not be read', { useCommonEndpoint: true }, []],
    ['trust in everybody with one tenant', { useCommonEndpoint: false, trustScope: 'any' }, []],
    [
      'trust in everybody at the common endpoint',
      { useCommonEndpoint: true, allowedTenants: ['x'], trustScope: 'any' },
      ['connection.trust-scope-not-allowed'],
    ],
    [
      'joining no organization',
      { autoJoinOrganization: true, organizationId: null },
      ['connection.organization-required'],
    ],
    ['joining an organization', { autoJoinOrganization: true, organizationId }, []],
    [
      'everything wrong at once',
      {
        useCommonEndpoint: true,
        allowedTenants: [],
        trustScope: 'any',
        autoJoinOrganization: true,
        organizationId: null,
      },
      ['connection.tenants-required', 'connection.trust-scope-not-allowed', 'connection.organization-required'],
    ],
  ])('%s', (_, fields, expected) => expect(codes(fieldProblems(fields))).toEqual(expected));

  it('names each upstream parameter that is not allowed', () => {
    const upstreamParams = {
      prompt: { value: 'login' },
      login_hint: { alias: 'login_hint' },
      Redirect_URI: { value: 'https://evil.example' },
      'a b': { value: 'x' },
      domain_hint: { value: 'a\nb' },
    } as const;
    expect(fieldProblems({ upstreamParams })).toMatchObject([
      { field: 'upstreamParams.Redirect_URI', code: 'connection.upstream-param-reserved' },
      { field: 'upstreamParams.a b', code: 'connection.upstream-param-malformed' },
      { field: 'upstreamParams.domain_hint', code: 'connection.upstream-param-malformed' },
    ]);
  });
});

describe('the authority', () => {
  const allowed = [{ origin: 'https://login.example', graphOrigin: 'https://graph.example' }];
  it.each([
    ['https://login.example', 0],
    ['https://login.example.evil.example', 1],
    ['http://login.example', 1],
    ['https://login.example:8443', 1],
    ['https://login.example/x', 1],
    ['https://graph.example', 1],
  ])('%s: %i problems', (authority, count) => expect(authorityProblems(authority, allowed)).toHaveLength(count));
});

describe('a client secret', () => {
  it.each([
    ['Xy8Q~abc.DEF-ghi_123', []],
    ['with blanks inside', []],
    ['0123456789abcdef0123456789abcdef', []],
    ['', ['connection.secret-empty']],
    [' \t\n', ['connection.secret-empty']],
    ['abc ', ['connection.secret-malformed']],
    ['abc\n', ['connection.secret-malformed']],
    ['a\u0000b', ['connection.secret-malformed']],
    ['6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c', ['connection.secret-is-id']],
    [' 6F1C2A34-8D5E-4B7A-9C10-2D3E4F5A6B7C ', ['connection.secret-is-id']],
    ['{6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c}', ['connection.secret-is-id']],
  ])('%j: %j', (secret, expected) => {
    const problems = secretProblems(secret, 'clientSecret', 'entra-oauth2');
    expect(codes(problems)).toEqual(expected);
    if (secret.trim() !== '') expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it('names Value and ID when the id was given', () => {
    const [problem] = secretProblems('6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c', 'clientSecret', 'entra-oauth2');
    expect(problem?.says).toMatch(/Secret ID.*Value/);
  });

  it.each([
    ['2026-01-15T09:30:00Z', 1],
    ['2026-01-15T09:30:01Z', 0],
    [null, 0],
    [undefined, 0],
  ])('expiring at %s: %i problems', (expiresAt, count) => {
    expect(expiryProblems(expiresAt, 'expiresAt', new Date('2026-01-15T09:30:00Z'))).toHaveLength(count);
  });
});
