import type { UpstreamAccount } from '@homerealm/domain';
import { CheckList, Refusal } from '../../check-list.js';
import { clientId, clientSecret, objectId, tenantId, type Behaviour } from '../../fixtures/hostile-upstream.js';
import { TestBed } from '../../fixtures/test-bed.js';
import type { Asserted } from '../assertion/asserted.js';
import { claimUris, entraNames, now, wsfedConnection } from '../fixtures/identity-provider.js';
import type { WsfedConnection } from '../federation-connection.js';
import { readFederatedPerson, type FederatedPerson } from './federated-person.js';
import { createFederationTokens, readFederatedAccount } from './read-federated-account.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start(2_500);
});
beforeEach(() => bed.upstream.reset());
afterEach(() => expect(bed.upstream.bystander).toEqual([]));
afterAll(() => bed.close());

type Attributes = Record<string, string[]>;

const asserted = (changes: Partial<Asserted> = {}, more: Attributes = {}): Asserted => ({
  version: '2.0',
  id: '_1',
  issuer: entraNames.issuer,
  issuedAt: now.getTime(),
  conditions: { notBefore: undefined, notOnOrAfter: undefined },
  audiences: [],
  confirmation: {
    ...{ bearer: true, recipient: undefined, inResponseTo: undefined },
    ...{ notBefore: undefined, notOnOrAfter: undefined },
  },
  name: { value: 'Pairwise_1', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
  attributes: new Map(Object.entries({ ...entraNames.attributes, ...more })),
  doubled: new Set(),
  signedInAt: now.getTime(),
  sessionEndsAt: undefined,
  sessionIndex: '_session',
  ...changes,
});
const connection = (changes: Partial<WsfedConnection> = {}): WsfedConnection => ({
  ...wsfedConnection({ privateKeyPem: '', certificatePem: '' }),
  ...changes,
});
const foreign = { tenantId: null, accountIssuer: 'urn:homerealm:connection:conn_1:https://idp.example' };

const person = (of: Asserted, changes: Partial<WsfedConnection> = {}): FederatedPerson =>
  readFederatedPerson(connection(changes), of, new CheckList());
function refusal(of: Asserted, changes: Partial<WsfedConnection> = {}): string {
  try {
    return JSON.stringify(person(of, changes).key);
  } catch (error) {
    return error instanceof Refusal ? `${error.check} ${error.code}`.replaceAll('upstream.', '') : String(error);
  }
}

describe('A33: who somebody is', () => {
  it('by tenant and object id where the connection speaks for a tenant', () => {
    expect(person(asserted({}, { [claimUris.objectId]: [objectId.toUpperCase()] }))).toMatchObject({
      key: { kind: 'entra', tenantId, objectId },
      session: { nameId: 'Pairwise_1', sessionIndex: '_session' },
    });
  });

  it('by the connection’s own issuer and the name ID everywhere else, whatever tenant is claimed', () => {
    expect(person(asserted(), foreign)).toMatchObject({
      key: { kind: 'oidc', issuer: foreign.accountIssuer, subject: 'Pairwise_1' },
    });
  });

  it('letter by letter: a name ID is neither trimmed nor folded', () => {
    expect(person(asserted({ name: { value: ' Ada ' } }), foreign).key).toMatchObject({ subject: ' Ada ' });
  });

  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
  const without = (name: string) => new Map(Object.entries(entraNames.attributes).filter(([key]) => key !== name));
  it.each<[string, Asserted, Partial<WsfedConnection>, string]>([
    ['no tenant', asserted({ attributes: without(claimUris.tenantId) }), {}, 'tenant tenant-missing'],
    [
      'another tenant',
      asserted({}, { [claimUris.tenantId]: [entraNames.otherTenantId] }),
      {},
      'tenant tenant-mismatch',
    ],
    ['a tenant that is none', asserted({}, { [claimUris.tenantId]: ['contoso'] }), {}, 'tenant tenant-mismatch'],
    ['two tenants', asserted({}, { [claimUris.tenantId]: [tenantId, tenantId] }), {}, 'tenant attribute-doubled'],
    ['one tenant twice', asserted({ doubled: new Set([claimUris.tenantId]) }), {}, 'tenant attribute-doubled'],
    ['no object id', asserted({ attributes: without(claimUris.objectId) }), {}, 'subject object-missing'],
    ['an object id that is none', asserted({}, { [claimUris.objectId]: ['ada'] }), {}, 'subject object-missing'],
    ['no name', asserted({ name: undefined }), foreign, 'subject subject-missing'],
    ['a blank name', asserted({ name: { value: ' ' } }), foreign, 'subject subject-missing'],
    ['a name with a zero', asserted({ name: { value: 'a\u0000' } }), foreign, 'subject subject-missing'],
    ['a name too long', asserted({ name: { value: 'x'.repeat(513) } }), foreign, 'subject subject-missing'],
    ['a name for one visit', asserted({ name: { value: '_1', format } }), foreign, 'subject subject-transient'],
  ])('is not known with %s', (_, of, changes, expected) => {
    expect(refusal(of, changes)).toBe(expected);
  });

  it('takes nothing from a name for one visit where the object id counts', () => {
    const visit = person(asserted({ name: { value: '_1', format } }));
    expect(visit.key).toEqual({ kind: 'entra', tenantId, objectId });
  });

  it.each<[string | undefined, boolean | undefined]>([
    [entraNames.issuer, false],
    ['live.com', true],
    [undefined, undefined],
  ])('home at %s: guest %s', (home, guest) => {
    const claim = 'http://schemas.microsoft.com/identity/claims/identityprovider';
    expect(person(asserted({}, home === undefined ? {} : { [claim]: [home] })).guest).toBe(guest);
  });
});

describe('what is known of somebody', () => {
  it('is what the mapping names, and never a proven email', () => {
    expect(person(asserted()).claims).toEqual({
      email: 'ada@contoso.example',
      preferredUsername: 'ada@contoso.example',
      displayName: 'Ada Example',
      givenName: 'Ada',
      familyName: 'Example',
    });
  });

  it('has more attributes where they are mapped, lists as lists', () => {
    const attributeMapping = {
      ...connection().attributeMapping,
      displayName: null,
      extra: { team: 'urn:t', roles: 'urn:r' },
    };
    const { claims } = person(asserted({}, { 'urn:t': [' Blue '], 'urn:r': ['a', 'b'] }), { attributeMapping });
    expect(claims.extra).toEqual({ team: 'Blue', roles: ['a', 'b'] });
    expect(claims.displayName).toBeUndefined();
  });

  it.each<[string, Attributes, object]>([
    ['an email that is none', { [claimUris.email]: ['ada'] }, { email: undefined }],
    ['a name too long', { [claimUris.givenName]: ['x'.repeat(257)] }, { givenName: undefined }],
    ['a name with a control character', { [claimUris.givenName]: ['a\u0007'] }, { givenName: undefined }],
    ['an empty name', { [claimUris.givenName]: [''] }, { givenName: undefined }],
    ['a name without value', { [claimUris.givenName]: [] }, { givenName: undefined }],
  ])('leaves out %s', (_, more, expected) => {
    expect(person(asserted({}, more)).claims).toMatchObject({ familyName: 'Example' });
    expect({ ...person(asserted({}, more)).claims }).not.toHaveProperty(Object.keys(expected)[0] ?? '');
  });

  it('is refused when it is said twice', () => {
    const two = { [claimUris.email]: ['ada@contoso.example', 'eve@attacker.example'] };
    expect(refusal(asserted({}, two))).toBe('profile attribute-doubled');
    expect(refusal(asserted({ doubled: new Set([claimUris.email]) }))).toBe('profile attribute-doubled');
    const attributeMapping = { ...connection().attributeMapping, extra: { roles: 'urn:r' } };
    const roles = asserted({ doubled: new Set(['urn:r']) }, { 'urn:r': ['a', 'b'] });
    expect(refusal(roles, { attributeMapping })).toBe('profile attribute-doubled');
  });
});

describe('groups', () => {
  const ids = ['00000002-0000-4000-8000-000000000000', '00000001-0000-4000-8000-000000000000'];
  const link = () => ({ [claimUris.groupsLink]: [`${bed.upstream.bystanderOrigin}/users/x/getMemberObjects`] });
  const graph = (): Behaviour => ({ graph: () => ({ body: { value: ids.map((id) => ({ id })) } }) });
  const asksGraph = (): Partial<WsfedConnection> => ({
    ...{ getUserGroups: true, clientId, credentials: [{ kind: 'client-secret', value: clientSecret }] },
    ...{ authority: bed.upstream.origin, graphOrigin: bed.upstream.graphOrigin },
  });
  async function account(more: Attributes, changes: Partial<WsfedConnection>): Promise<UpstreamAccount> {
    const of = connection({ getUserGroups: true, ...changes });
    const checks = new CheckList();
    const reading = { connection: of, person: readFederatedPerson(of, asserted({}, more), checks), now, checks };
    const tokens = createFederationTokens({ http: bed.http });
    return readFederatedAccount(bed.http, tokens, { ...reading, budgetMs: 2_000 });
  }
  const asOf = now.toISOString();

  it('of the assertion are all there are', async () => {
    const { groups } = await account({ [claimUris.groups]: [...ids, ...ids] }, asksGraph());
    expect(groups).toEqual({ completeness: 'complete', source: 'token', asOf, groups: [...ids].sort() });
    expect(bed.upstream.asked).toEqual([]);
  });

  it.each<[string, () => Attributes]>([
    ['too many for an assertion', link],
    ['too many, with some of them in it', () => ({ ...link(), [claimUris.groups]: [ids[0] ?? ''] })],
    ['not mentioned', () => ({})],
    ['named instead of numbered', () => ({ [claimUris.groups]: ['Administrators'] })],
  ])('that are %s come from Graph, by the application’s own token', async (_, more) => {
    bed.upstream.behaviour = graph();
    const { groups } = await account(more(), asksGraph());
    expect(groups).toEqual({ completeness: 'complete', source: 'graph', asOf, groups: [...ids].sort() });
    expect(bed.upstream.asked.at(-1)?.path).toContain(`/v1.0/users/${objectId}/transitiveMemberOf`);
  });

  it.each<[string, () => Attributes, () => Partial<WsfedConnection>, string]>([
    ['too many, without a credential', link, () => ({ ...asksGraph(), credentials: [] }), 'graph-permission-missing'],
    ['too many, without a client id', link, () => ({ ...asksGraph(), clientId: null }), 'graph-permission-missing'],
    ['too many, at no tenant', link, () => ({ ...asksGraph(), ...foreign }), 'graph-permission-missing'],
    ['not mentioned', () => ({}), () => ({}), 'groups-claim-missing'],
    ['no object ids', () => ({ [claimUris.groups]: ['x'] }), () => ({}), 'groups-claim-unusable'],
    ['partly no object ids', () => ({ [claimUris.groups]: [ids[0] ?? '', 'x'] }), () => ({}), 'groups-claim-unusable'],
  ])('that are %s are unknown, which is not none', async (_, more, changes, reason) => {
    expect((await account(more(), changes())).groups).toEqual({ completeness: 'unknown', reason, asOf });
    expect(bed.upstream.asked).toEqual([]);
  });

  it.each<[string, Behaviour, string]>([
    [
      'refuses the application',
      { token: () => ({ status: 401, body: { error: 'invalid_client' } }) },
      'application-token-refused',
    ],
    ['lets nobody read', { graph: () => ({ status: 403 }) }, 'graph-forbidden'],
    [
      'leads elsewhere',
      { graph: () => ({ body: { value: [], '@odata.nextLink': `${entraNames.issuer}x` } }) },
      'graph-page-foreign',
    ],
  ])('are unknown where the provider %s, and the sign-in goes on', async (_, behaviour, reason) => {
    bed.upstream.behaviour = behaviour;
    expect((await account({}, asksGraph())).groups).toMatchObject({ completeness: 'unknown', reason });
  });

  it('are no word where nobody asks for them', async () => {
    expect(await account({ [claimUris.groups]: ids }, { getUserGroups: false })).not.toHaveProperty('groups');
  });
});
