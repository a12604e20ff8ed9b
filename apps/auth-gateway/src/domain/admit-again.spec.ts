import fc from 'fast-check';
import { aConnection, idFor, organizationA, organizationB, tenantId } from '../fixtures/connections.js';
import { ownSignIn } from './admit.js';
import { admitAgain, nothingEnded, type AgainFacts } from './admit-again.js';

const now = Date.parse('2026-01-15T10:00:00Z');
const connection = aConnection({ organizationId: organizationA });
const facts: AgainFacts = {
  ...{ now, connection, applicationId: 'app_1', applicationConnections: null, authorities: ['https://login.example'] },
  before: {
    ...{ connectionId: connection.connectionId, tenantId, organizationId: organizationA },
    signedInAt: '2026-01-15T09:00:00.000Z',
  },
  ...{ ended: nothingEnded, asks: { organizationId: null, connectionId: null }, servesFor: null },
};
const own = { ...facts.before, connectionId: null };

const cases: [string, Partial<AgainFacts>][] = [
  ['user.suspended', { ended: { ...nothingEnded, user: true } }],
  ['organization.suspended', { ended: { ...nothingEnded, organization: true } }],
  ['organization.not-a-member', { ended: { ...nothingEnded, membership: true } }],
  ['user.identity-removed', { ended: { ...nothingEnded, identity: true } }],
  ['session.too-old', { servesFor: 3_600 }],
  ['session.other-organization', { asks: { organizationId: organizationB, connectionId: null } }],
  ['session.other-connection', { asks: { organizationId: null, connectionId: idFor('conn', 9) } }],
  ['connection.unknown', { connection: null }],
  ['connection.not-enabled', { connection: { ...connection, state: 'disabled' } }],
  ['connection.other-application', { connection: { ...connection, enabledApplications: ['app_2'] } }],
  ['application.other-connections', { applicationConnections: [idFor('conn', 9)] }],
  ['connection.other-organization', { connection: aConnection({ organizationId: organizationB }) }],
  ['connection.authority-not-listed', { authorities: [] }],
  ['connection.tenant-not-allowed', { before: { ...facts.before, tenantId: '00000000-0000-4000-8000-00000000dead' } }],
];

describe('a sign-in of before', () => {
  it('serves again while nothing it rests on has changed', () => {
    expect(admitAgain(facts)).toMatchObject({ admitted: true });
    expect(admitAgain({ ...facts, servesFor: 3_601 })).toMatchObject({ admitted: true });
    const asks = { organizationId: organizationA, connectionId: connection.connectionId };
    expect(admitAgain({ ...facts, asks })).toMatchObject({ admitted: true });
  });

  it.each(cases)('does not serve: %s', (code, change) => {
    const gate = admitAgain({ ...facts, ...change });
    expect(gate).toMatchObject({ admitted: false, code });
    expect(gate.checks.map(({ outcome }) => outcome).lastIndexOf('failed')).toBe(gate.checks.length - 1);
  });

  it('through no connection is not asked for one, and by all else like any other', () => {
    expect(admitAgain({ ...facts, before: own, connection: null })).toMatchObject({ admitted: true });
    expect(admitAgain({ ...facts, before: own, ended: { ...nothingEnded, user: true } }).admitted).toBe(false);
    const list = (...applicationConnections: string[]) => admitAgain({ ...facts, before: own, applicationConnections });
    expect(list(connection.connectionId)).toMatchObject({ admitted: false, code: 'application.other-connections' });
    expect(list(connection.connectionId, ownSignIn)).toMatchObject({ admitted: true });
  });

  it('of before tenants were kept is judged by all else', () => {
    const { connectionId, organizationId, signedInAt } = facts.before;
    const before = { connectionId, organizationId, signedInAt };
    expect(admitAgain({ ...facts, before })).toMatchObject({ admitted: true });
  });

  it('is refused by any two reasons as surely as by one', () => {
    const one = fc.constantFrom(...cases);
    fc.assert(
      fc.property(one, one, ([, a], [, b]) => {
        const ended = { ...nothingEnded, ...a.ended, ...(b.ended?.user && { user: true }) };
        expect(admitAgain({ ...facts, ...b, ...a, ended }).admitted).toBe(false);
      }),
    );
  });
});
