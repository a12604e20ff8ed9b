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

  it.each([
    ['upstream.recipient-mismatch', 'connection-admin', 'ask-your-admin'],
    ['upstream.object-missing', 'connection-admin', 'ask-your-admin'],
    ['upstream.encryption-refused', 'connection-admin', 'ask-your-admin'],
    ['upstream.status-refused', 'connection-admin', 'ask-your-admin'],
    ['upstream.assertion-replayed', 'person', 'start-again'],
    ['upstream.in-response-to-mismatch', 'person', 'start-again'],
    ['upstream.document-too-large', 'provider', 'try-again'],
    ['upstream.signature-invalid', 'provider', 'try-again'],
    ['upstream.state-mismatch', 'person', 'try-again'],
  ])('say who mends %s: %s', (code, fixedBy, shows) => {
    expect(refusalOf(code)).toMatchObject({ fixedBy, shows });
  });

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
