import fc from 'fast-check';
import { organizationA } from '../fixtures/connections.js';
import { admitOwn, ownSignIn, type OwnAdmissionFacts } from './admit.js';

const facts = (change: Partial<OwnAdmissionFacts> = {}): OwnAdmissionFacts => ({
  ...{ now: 1_000, applicationId: 'app_1', applicationConnections: null, organizationId: null },
  ...{ by: 'email', namedConnectionId: null, ways: { email: true, phone: false, username: false, signUp: false } },
  ...change,
});

describe('the admission gate of the way without a provider', () => {
  it.each<[string, Partial<OwnAdmissionFacts>]>([
    ['an email', {}],
    ['a username', { by: 'username', ways: { email: false, phone: false, username: true, signUp: false } }],
    ['an application that lists this way', { applicationConnections: ['conn_1', ownSignIn] }],
    ['an organization', { organizationId: organizationA }],
    ['the way back in time', { expiresAt: 1_001 }],
  ])('lets %s through', (_says, change) => {
    expect(admitOwn(facts(change))).toMatchObject({ admitted: true });
  });

  it.each<[string, Partial<OwnAdmissionFacts>]>([
    ['own-sign-in.not-allowed', { by: 'phone' }],
    ['own-sign-in.not-allowed', { by: 'username' }],
    ['application.other-connections', { applicationConnections: [] }],
    ['application.other-connections', { applicationConnections: ['conn_1'] }],
    ['application.other-connections', { namedConnectionId: 'conn_1' }],
    ['organization.unknown', { organizationId: 'acme' }],
    ['sign-in.transaction-expired', { expiresAt: 1_000 }],
  ])('%s', (code, change) => {
    const admission = admitOwn(facts(change));
    expect(admission).toMatchObject({ admitted: false, code });
    expect(admission.checks.at(-1)?.outcome).toBe('failed');
  });

  it('admits exactly where every condition holds', () => {
    const flags = fc.record({ email: fc.boolean(), phone: fc.boolean(), username: fc.boolean(), signUp: fc.boolean() });
    fc.assert(
      fc.property(
        ...([
          fc.constantFrom<OwnAdmissionFacts['by']>('email', 'phone', 'username'),
          flags,
          fc.boolean(),
          fc.boolean(),
        ] as const),
        (by, ways, listed, late) => {
          const admission = admitOwn(
            facts({ by, ways, applicationConnections: listed ? null : ['conn_1'], expiresAt: late ? 1 : 2_000 }),
          );
          expect(admission.admitted).toBe(ways[by] && listed && !late);
        },
      ),
    );
  });
});
