import { decideProfileSync, effectivePolicy, type SyncSetting } from './decide-profile-sync.js';
import { mostTries, nextTryIn, refreshTarget } from './plan-refresh.js';

describe('the effective sync policy', () => {
  it.each<[SyncSetting, boolean, string]>([
    ['on', false, 'connection-on'],
    ['on', true, 'connection-on'],
    ['off', true, 'connection-off'],
    ['off', false, 'connection-off'],
    ['inherit', true, 'environment-on'],
    ['inherit', false, 'environment-off'],
  ])('connection %s, environment %s: %s', (connection, environment, policy) => {
    expect(effectivePolicy(connection, environment)).toBe(policy);
  });
});

describe('profile values of a sign-in', () => {
  const claims = { givenName: 'Ada', familyName: 'Example', email: 'ada@contoso.example' };

  it('are taken over when sync is effective, the three fields only', () => {
    expect(decideProfileSync({ claims }, 'environment-on')).toEqual({
      sync: true,
      policy: 'environment-on',
      profile: { givenName: 'Ada', familyName: 'Example' },
    });
  });

  it.each(['connection-off', 'environment-off'] as const)('are left alone by %s', (policy) => {
    expect(decideProfileSync({ claims }, policy)).toEqual({ sync: false, because: policy });
  });

  it('that are missing or blank never erase what is known', () => {
    expect(decideProfileSync({ claims: { givenName: ' ' } }, 'connection-on')).toEqual({
      sync: false,
      because: 'nothing-supplied',
    });
  });
});

describe('a background refresh', () => {
  const key = { kind: 'entra', tenantId: 't', objectId: 'o' } as const;
  const asOf = '2026-01-01T10:00:00.000Z';

  it('is planned for an Entra account whose groups are unknown, and for nobody else', () => {
    const unknown = { completeness: 'unknown', reason: 'x', asOf } as const;
    expect(refreshTarget(key, unknown)).toEqual({ tenantId: 't', objectId: 'o' });
    expect(refreshTarget({ kind: 'oidc', issuer: 'i', subject: 's' }, unknown)).toBeUndefined();
    expect(refreshTarget(key, { completeness: 'complete', source: 'token', asOf, groups: [] })).toBeUndefined();
  });

  it('waits longer each time, an hour at the most, and gives up in the end', () => {
    expect([1, 2, 3, 20].map(nextTryIn)).toEqual([2_000, 4_000, 8_000, 3_600_000]);
    expect(nextTryIn(mostTries)).toBeUndefined();
  });
});
