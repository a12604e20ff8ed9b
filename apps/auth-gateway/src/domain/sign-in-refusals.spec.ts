import { upstreamErrors } from '@homerealm/connectors';
import { publicCode, refusalOf, signInRefusals } from './sign-in-refusals.js';

describe('refusals', () => {
  it.each([...Object.keys(signInRefusals), ...Object.keys(upstreamErrors.table)])('explain %s', (code) => {
    const refusal = refusalOf(code);
    expect(refusal.explains.length).toBeGreaterThan(10);
    expect(refusal.fixedBy).toBeDefined();
  });

  it.each(['user.suspended', 'user.not-provisioned', 'organization.not-a-member', 'user.something-new', ''])(
    'A46 never tell the browser what the directory knows: %j',
    (code) => {
      expect(publicCode(code)).toBe('sign-in.refused');
    },
  );

  it('show the same words for everything the directory refuses', () => {
    const codes = [
      'user.suspended',
      'user.not-provisioned',
      'user.other-enterprise-identity',
      'organization.not-a-member',
    ];
    expect(new Set(codes.map((code) => refusalOf(code).shows)).size).toBe(1);
  });
});
