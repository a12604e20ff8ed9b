import type { UpstreamAccountKey } from '@homerealm/domain';
import fc from 'fast-check';
import { federationIssuer } from '@homerealm/contracts';
import {
  aConnection,
  aSamlConnection,
  aSocialConnection,
  aWsfedConnection,
  connectionId,
  idFor,
  organizationA,
  organizationB,
  tenantId,
} from '../fixtures/connections.js';
import { admit, type AdmissionFacts } from './admit.js';

const otherTenant = 'aaaaaaaa-0000-4000-8000-000000000000';
const objectId = '2a7c9d10-4b5e-4f60-8a71-9b8c7d6e5f40';
const entra = (tenant: string): UpstreamAccountKey => ({ kind: 'entra', tenantId: tenant, objectId });

const google = aSocialConnection();
const ofGoogle = { kind: 'oidc', issuer: 'https://accounts.google.com', subject: 's' } as const;

/** The same two providers, where an admin has pasted what they say of themselves. */
const pasted = (of: typeof aWsfedConnection | typeof aSamlConnection, change: object = {}) =>
  of({ provider: { ...of().provider, source: 'pasted' }, ...change });
const ofPasted = (connection: Parameters<typeof federationIssuer>[0]) =>
  ({ kind: 'oidc', issuer: federationIssuer(connection), subject: 'name-id' }) as const;

const facts = (change: Partial<AdmissionFacts> = {}): AdmissionFacts => ({
  now: 1_000,
  connection: aConnection(),
  applicationId: 'app_1',
  applicationConnections: null,
  organizationId: null,
  authorities: ['https://login.example'],
  ...change,
});

describe.each([
  ['WS-Federation', aWsfedConnection],
  ['SAML', aSamlConnection],
])('the admission gate at a connection by %s', (_door, of) => {
  it('admits an account of the pinned tenant where the listed authority spoke for it', () => {
    expect(admit(facts({ connection: of(), account: entra(tenantId) })).admitted).toBe(true);
  });

  it('admits an account of its own, and asks no authority, where metadata was pasted', () => {
    const connection = pasted(of);
    expect(admit(facts({ connection, account: ofPasted(connection), authorities: [] })).admitted).toBe(true);
  });

  const [one, other] = [pasted(of), pasted(of, { connectionId: idFor('conn', 2) })];
  it.each<[string, string, Partial<AdmissionFacts>]>([
    ['connection.tenant-not-allowed', 'A33: another tenant', { connection: of(), account: entra(otherTenant) }],
    ['connection.tenant-not-allowed', 'A33: an account of its own', { connection: of(), account: ofPasted(of()) }],
    [
      'connection.tenant-not-allowed',
      'A33: a tenant that pasted words claim',
      { connection: one, account: entra(tenantId) },
    ],
    [
      'connection.tenant-not-allowed',
      'A33: somebody of another connection',
      { connection: one, account: ofPasted(other) },
    ],
    [
      'connection.tenant-not-allowed',
      'A33: an account under the provider’s bare entity ID',
      { connection: one, account: { kind: 'oidc', issuer: one.provider.entityId, subject: 'name-id' } },
    ],
    [
      'connection.tenant-not-allowed',
      'a tenant that was never resolved',
      { connection: of({ tenantId: null }), account: entra(tenantId) },
    ],
    ['connection.authority-not-listed', 'an authority off the list', { connection: of(), authorities: [] }],
    ['connection.not-enabled', 'a disabled one', { connection: of({ state: 'disabled' }) }],
    [
      'connection.other-organization',
      'A33: another organization',
      { connection: of({ organizationId: organizationA }), organizationId: organizationB },
    ],
  ])('refuses with %s: %s', (code, _says, change) => {
    const admission = admit(facts(change));
    expect(admission).toMatchObject({ admitted: false, code });
    expect(admission.checks.at(-1)?.outcome).toBe('failed');
  });
});

describe('the admission gate', () => {
  it.each<[string, Partial<AdmissionFacts>]>([
    ['at the start', {}],
    ['a connection the application lists', { applicationConnections: [connectionId] }],
    ['a social connection with an account of its issuer', { connection: google, account: ofGoogle }],
    ['on the way back in time', { expiresAt: 1_001 }],
    ['with an account of the pinned tenant', { account: entra(tenantId) }],
    ['whatever case the tenant is written in', { account: entra(tenantId.toUpperCase()) }],
    [
      'with an account of a tenant on the list of a common endpoint',
      {
        connection: aConnection({ useCommonEndpoint: true, allowedTenants: [otherTenant] }),
        account: entra(otherTenant),
      },
    ],
    [
      'with the organization of the connection',
      { connection: aConnection({ organizationId: organizationA }), organizationId: organizationA },
    ],
  ])('admits %s', (_says, change) => {
    const admission = admit(facts(change));
    expect(admission.admitted).toBe(true);
    expect(admission.checks.map(({ outcome }) => outcome)).not.toContain('failed');
  });

  it.each<[string, string, Partial<AdmissionFacts>]>([
    ['connection.unknown', 'a connection that is gone', { connection: null }],
    ['connection.not-enabled', 'a draft', { connection: aConnection({ state: 'draft' }) }],
    ['connection.not-enabled', 'a disabled one', { connection: aConnection({ state: 'disabled' }) }],
    [
      'connection.other-application',
      'another application',
      { connection: aConnection({ enabledApplications: ['app_2'] }) },
    ],
    ['application.other-connections', 'an application that lists others', { applicationConnections: ['conn_other'] }],
    ['application.other-connections', 'an application that lists none', { applicationConnections: [] }],
    ['organization.unknown', 'an org_code that is no id', { organizationId: 'acme' }],
    [
      'connection.other-organization',
      'A33 another organization',
      { connection: aConnection({ organizationId: organizationA }), organizationId: organizationB },
    ],
    ['connection.authority-not-listed', 'an authority off the list', { authorities: ['https://other.example'] }],
    ['sign-in.transaction-expired', 'a return after its time', { expiresAt: 1_000 }],
    ['connection.tenant-not-allowed', 'A31 an account of another tenant', { account: entra(otherTenant) }],
    [
      'connection.tenant-not-allowed',
      'A31 the pinned tenant of a common endpoint that does not list it',
      { connection: aConnection({ useCommonEndpoint: true }), account: entra(tenantId) },
    ],
    [
      'connection.tenant-not-allowed',
      'an account of another issuer than the social connection’s',
      { connection: google, account: { ...ofGoogle, issuer: 'https://login.example' } },
    ],
    [
      'connection.tenant-not-allowed',
      'an Entra account at a social connection',
      { connection: google, account: entra(tenantId) },
    ],
    [
      'connection.tenant-not-allowed',
      'an account without a tenant',
      { account: { kind: 'oidc', issuer: 'https://login.example', subject: 's' } },
    ],
  ])('refuses with %s: %s', (code, _says, change) => {
    const admission = admit(facts(change));
    expect(admission).toMatchObject({ admitted: false, code });
    expect(admission.checks.at(-1)?.outcome).toBe('failed');
    expect(admission.checks.slice(0, -1).every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  it('admits every state, application, organization and tenant together only when each of them holds', () => {
    const organizations = fc.constantFrom(null, organizationA, organizationB);
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom('draft', 'enabled', 'disabled'),
          owner: organizations,
          asked: organizations,
          applications: fc.constantFrom<string[] | null>(null, ['app_1'], ['app_2']),
          chosen: fc.constantFrom<string[] | null>(null, [connectionId], ['conn_other']),
          listed: fc.boolean(),
          late: fc.boolean(),
          tenant: fc.constantFrom(tenantId, otherTenant),
        }),
        ({ state, owner, asked, applications, chosen, listed, late, tenant }) => {
          const connection = aConnection({ state, organizationId: owner, enabledApplications: applications });
          const admission = admit(
            facts({
              connection,
              organizationId: asked,
              applicationConnections: chosen,
              authorities: listed ? [connection.authority] : [],
              expiresAt: late ? 1 : 2_000,
              account: entra(tenant),
            }),
          );
          const holds =
            state === 'enabled' &&
            (owner === null || asked === null || owner === asked) &&
            (applications === null || applications.includes('app_1')) &&
            (chosen === null || chosen.includes(connectionId)) &&
            listed &&
            !late &&
            tenant === tenantId;
          expect(admission.admitted).toBe(holds);
        },
      ),
    );
  });
});
