import type { SignInFacts } from './sign-in-facts.js';
import { accessTokenClaims, userClaims } from './token-claims.js';

const facts = {
  attemptId: 'attempt_1',
  userId: 'user_1',
  connectionId: 'conn_1',
  connectionName: 'contoso',
  strategy: 'entra-oauth2',
  organizationId: 'org_1',
  signedInAt: '2026-01-01T00:00:00Z',
  profile: {
    givenName: 'Ada',
    familyName: null,
    picture: `data:image/png;base64,${'A'.repeat(9_000)}`,
    email: 'ada@contoso.example',
    emailVerified: true,
  },
  upstream: { email: 'ada@contoso.example', givenName: 'Ada', extra: { jobTitle: 'Countess' } },
  groups: undefined,
} as unknown as SignInFacts;
const groups = { status: 'complete', groups: ['g'] } as const;

describe('the claims of a token', () => {
  it('say nothing that no scope covers', () => {
    const claims = userClaims(facts, groups, new Set(['openid']), 'id_token');
    expect(claims).toEqual({
      sub: 'user_1',
      org_code: 'org_1',
      ext_provider: { connection_id: 'conn_1', name: 'contoso', claims: { profile: { groups: ['g'] } } },
    });
  });

  it('carry no picture that is long', () => {
    const claims = userClaims(facts, groups, new Set(['openid', 'profile']), 'id_token');
    expect(claims).toMatchObject({ name: 'Ada', given_name: 'Ada' });
    expect(JSON.stringify(claims)).not.toContain('data:image');
  });

  it('keep the provider’s part out of userinfo', () => {
    expect(userClaims(facts, groups, new Set(['openid', 'email']), 'userinfo')).toEqual({
      sub: 'user_1',
      org_code: 'org_1',
      email: 'ada@contoso.example',
      email_verified: true,
    });
  });

  it('tell unknown groups from none, and leave both out where nobody asked', () => {
    expect(accessTokenClaims(facts, { status: 'unknown' })).toEqual({
      org_code: 'org_1',
      ext_groups_status: 'unknown',
      extra_claims: { jobTitle: 'Countess' },
    });
    expect(accessTokenClaims(facts, { status: 'complete', groups: [] })).toMatchObject({
      ext_groups: [],
      ext_groups_status: 'complete',
    });
    const none = accessTokenClaims({ ...facts, organizationId: null, upstream: {} }, undefined);
    expect(none).toEqual({});
  });

  it('name no provider where none was asked', () => {
    const own = { ...facts, connectionId: null, connectionName: null, strategy: null, upstream: {} } as SignInFacts;
    const claims = userClaims(own, undefined, new Set(['openid', 'email']), 'id_token');
    expect(claims).toEqual({
      ...{ sub: 'user_1', org_code: 'org_1', email: 'ada@contoso.example', email_verified: true },
    });
    expect(accessTokenClaims(own, undefined)).toEqual({ org_code: 'org_1' });
  });
});
