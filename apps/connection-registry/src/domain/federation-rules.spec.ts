import {
  type ConnectionInput,
  connectionStateTopic,
  entraAttributeMapping,
  type FederationConnectionSettings,
  SamlConnectionSettings,
  WsfedConnectionSettings,
} from '@homerealm/contracts';
import { draft } from '../store/connections.conformance.js';
import { configText } from './config-text.js';
import type { Connection, Credential, SomeFields } from './connection.js';
import { decideEnable } from './decide-state.js';
import { decideRemoveCredential } from './decide-credentials.js';
import { federationProblems, lacksOwnKey } from './federation-rules.js';
import { nextReading, recordReading } from './metadata-health.js';
import { planChangedMetadata, planNewMetadata } from './metadata-plan.js';
import { mergedMapping, normalizeFederation } from './normalize-federation.js';
import { connectionWarnings } from './warnings.js';

const { SamlConnectionState, WsfedConnectionState } = connectionStateTopic.events;
const saml = SamlConnectionSettings.parse(SamlConnectionState.example);
const wsfed = WsfedConnectionSettings.parse(WsfedConnectionState.example);
const pasted = { ...saml, metadataUrl: null };
const now = new Date('2026-02-01T00:00:00.000Z');
const connection = (settings: FederationConnectionSettings, credentials: Credential[] = []): Connection => ({
  ...draft().connection,
  settings,
  credentials,
});
const [secret] = draft().connection.credentials as [Credential];
const certificate: Credential = { ...secret, kind: 'certificate' };
const url = 'https://idp.example/metadata';
const thumbprint = saml.provider.certificates[0]?.thumbprintSha256 ?? '';

describe('where metadata comes from', () => {
  it.each<[string, SomeFields, ConnectionInput, object]>([
    ['an address', { metadataUrl: url, entraDomain: null }, {}, { kind: 'read', url }],
    ['a text', { metadataUrl: null, entraDomain: 'contoso.example' }, { metadataXml: '<x/>' }, { kind: 'parse' }],
    ['a tenant', { metadataUrl: null, entraDomain: 'contoso.example' }, {}, { kind: 'read', url: null }],
    ['nothing', { metadataUrl: null, entraDomain: null }, {}, { kind: 'missing', field: 'metadataUrl' }],
  ])('of a new connection with %s', (_, fields, given, plan) => {
    expect(planNewMetadata(fields, given)).toMatchObject(plan);
  });

  const tenants = { ...saml, entraDomain: 'contoso.example' };
  const fromUrl = { ...tenants, metadataUrl: url };
  const without = { ...pasted, entraDomain: null };
  type Row = [
    string,
    FederationConnectionSettings,
    { fields?: SomeFields; given?: SomeFields; xml?: string | null },
    boolean,
    object,
  ];
  it.each<Row>([
    ['nothing of it', tenants, { fields: { displayName: 'x' } }, true, { kind: 'keep' }],
    ['a new text', tenants, { xml: '<x/>' }, true, { kind: 'parse', xml: '<x/>' }],
    ['the same address', fromUrl, { given: { metadataUrl: url } }, false, { kind: 'read', url }],
    ['null for the address', fromUrl, { given: { metadataUrl: null } }, false, { kind: 'read', url: null }],
    [
      'null for the address, without a tenant',
      { ...fromUrl, entraDomain: null },
      { given: { metadataUrl: null } },
      false,
      { kind: 'missing' },
    ],
    ['null for the address of a pasted one', pasted, { given: { metadataUrl: null } }, false, { kind: 'keep' }],
    ['null for the text', { ...pasted, entraDomain: 'a.example' }, { xml: null }, false, { kind: 'read', url: null }],
    ['null for the text, without a tenant', without, { xml: null }, false, { kind: 'missing', field: 'metadataUrl' }],
    ['null for a text there is not', tenants, { xml: null }, true, { kind: 'keep' }],
    [
      'another client at the tenant’s address',
      tenants,
      { fields: { clientId: 'x' } },
      true,
      { kind: 'read', url: null },
    ],
    ['another client elsewhere', fromUrl, { fields: { clientId: 'x' } }, false, { kind: 'keep' }],
    ['another tenant', tenants, { fields: { entraDomain: 'b.example' } }, true, { kind: 'read', url: null }],
    ['another tenant, read elsewhere', fromUrl, { fields: { entraDomain: 'b.example' } }, false, { kind: 'read', url }],
    ['another tenant, pasted', pasted, { fields: { entraDomain: 'b.example' } }, false, { kind: 'keep' }],
    ['no tenant any more', tenants, { fields: { entraDomain: null } }, true, { kind: 'missing' }],
    ['other pins', fromUrl, { fields: { pinnedCertificates: ['x'] } }, false, { kind: 'read', url }],
    ['pins among the pasted', pasted, { fields: { pinnedCertificates: [thumbprint] } }, false, { kind: 'narrow' }],
    [
      'pins beyond the pasted',
      pasted,
      { fields: { pinnedCertificates: ['x'] } },
      false,
      { kind: 'missing', field: 'metadataXml' },
    ],
    [
      'no pins any more, pasted',
      pasted,
      { fields: { pinnedCertificates: null } },
      false,
      { kind: 'missing', field: 'metadataXml' },
    ],
  ])('of a change: %s', (_, settings, { fields = {}, given = fields, xml }, atTenant, plan) => {
    const changed = { fields, given, metadataXml: xml };
    expect(planChangedMetadata(settings, changed, atTenant)).toMatchObject(plan);
  });
});

describe('the rules between fields of federations', () => {
  const least: SomeFields = { clientId: 'x', entraDomain: 'a.example', authority: 'https://login.example' };
  it.each<[string, SomeFields, ConnectionInput, boolean, string[]]>([
    ['the least', least, {}, false, []],
    ['two sources', least, { metadataUrl: url, metadataXml: '<x/>' }, false, ['connection.metadata-ambiguous']],
    ['a secret with a client', least, {}, true, []],
    ['a secret without one', { ...least, clientId: null }, {}, true, ['connection.client-required']],
    ['a client that cannot be read', { ...least, clientId: undefined } as SomeFields, {}, true, []],
    ['background groups', { ...least, backgroundGroups: true }, {}, false, []],
    [
      '… without a client',
      { ...least, clientId: null, backgroundGroups: true },
      {},
      false,
      ['connection.graph-client-required'],
    ],
    [
      '… without a tenant',
      { ...least, entraDomain: null, backgroundGroups: true },
      {},
      false,
      ['connection.graph-client-required'],
    ],
    ['sign-in at the authority', { ...least, signInUrl: 'https://login.example/x' }, {}, false, []],
    [
      'sign-in elsewhere',
      { ...least, signInUrl: 'https://other.example/x' },
      {},
      false,
      ['connection.sign-in-url-not-at-authority'],
    ],
    ['… of another provider', { ...least, entraDomain: null, signInUrl: 'https://other.example/x' }, {}, false, []],
  ])('%s', (_, fields, given, hasSecret, codes) => {
    expect(federationProblems(fields, given, hasSecret).map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['https://IDP.example/m?a=1', 'https://idp.example/m?a=1'],
    ['http://idp.example/m', undefined],
    ['https://u@idp.example/m', undefined],
    ['https://idp.example/m#x', undefined],
    ['not an address', undefined],
  ])('reads the address %s as %s', (given, stored) => {
    const fields: SomeFields = { metadataUrl: given };
    const problems = normalizeFederation(fields);
    if (stored === undefined) expect(problems).toMatchObject([{ code: 'connection.metadata-url-invalid' }]);
    else expect([fields, problems]).toEqual([{ metadataUrl: stored }, []]);
  });

  it('merges names of attributes over those that were there', () => {
    const before = { ...entraAttributeMapping, email: 'mail' };
    expect(mergedMapping(before, { groups: null })).toEqual({ ...before, groups: null });
    expect(mergedMapping(before, null)).toEqual(entraAttributeMapping);
    expect(mergedMapping(before, undefined)).toBeUndefined();
  });
});

describe('keys of our own', () => {
  const request = { override: true, reason: 'spec', by: 'spec', configHash: 'f00' };
  const asksForSigned = { ...saml, provider: { ...saml.provider, wantsSignedRequests: true } };
  const ended = { ...certificate, expiresAt: new Date('2026-01-31T00:00:00Z') };
  it.each<[string, FederationConnectionSettings, Credential[], boolean]>([
    ['WS-Federation', wsfed, [], false],
    ['SAML as it is by default', saml, [], false],
    ['signed requests', { ...saml, signRequests: true }, [], true],
    ['requests that the metadata wants signed', asksForSigned, [], true],
    ['the same by WS-Federation', { ...wsfed, provider: asksForSigned.provider }, [], false],
    ['signed requests, with a secret only', { ...saml, signRequests: true }, [secret], true],
    ['signed requests, with a certificate that has ended', { ...saml, signRequests: true }, [ended], true],
    ['signed requests, with a certificate', { ...saml, signRequests: true }, [ended, certificate], false],
    ['encryption allowed', { ...saml, assertionEncryption: 'allowed' }, [], true],
    ['encryption required', { ...saml, assertionEncryption: 'required' }, [], true],
  ])('%s', (_, settings, credentials, lacks) => {
    const one = connection({ ...settings, state: 'draft' }, credentials);
    expect(lacksOwnKey(one, now)).toBe(lacks);
    const codes = connectionWarnings(one, 'f00', now).map(({ code }) => code);
    expect(codes.includes('connection.certificate-required')).toBe(lacks);
    if (lacks) expect(() => decideEnable(one, request, now)).toThrow('connection.certificate-required');
    else expect(decideEnable(one, request, now)).toBeDefined();
  });

  it('may go from an enabled connection that needs none', () => {
    const enabled = connection({ ...saml, state: 'enabled' }, [certificate]);
    expect(decideRemoveCredential(enabled, certificate.credentialId, now).connection.credentials).toEqual([]);
    const signing = connection({ ...saml, state: 'enabled', signRequests: true }, [certificate]);
    expect(() => decideRemoveCredential(signing, certificate.credentialId, now)).toThrow('connection.last-credential');
  });
});

describe('what a test proves of a federation', () => {
  const { provider } = saml;
  const other = { ...provider, readAt: '2026-05-01T00:00:00.000Z', certificates: [] };
  const text = (settings: FederationConnectionSettings) => configText(connection(settings));
  it.each<[string, FederationConnectionSettings, FederationConnectionSettings, boolean]>([
    ['certificates and time of metadata with an address', saml, { ...saml, provider: other }, true],
    ['certificates of pasted metadata', pasted, { ...pasted, provider: other }, false],
    ['the time it was pasted', pasted, { ...pasted, provider: { ...provider, readAt: other.readAt } }, true],
    ['the entity ID', saml, { ...saml, provider: { ...provider, entityId: 'urn:x' } }, false],
    ['the addresses', saml, { ...saml, provider: { ...provider, signIn: [{ binding: 'post', url }] } }, false],
    ['whose word it is', saml, { ...saml, provider: { ...provider, source: 'url' } }, false],
    ['pins', saml, { ...saml, pinnedCertificates: [thumbprint] }, false],
  ])('%s', (_, one, changed, same) => {
    expect(text(one) === text(changed)).toBe(same);
  });
});

describe('how reading metadata goes', () => {
  it('is told when it begins to fail, fails otherwise, and works again', () => {
    const codes = [
      null,
      'connection.metadata-unreachable',
      'connection.metadata-unreachable',
      'connection.metadata-invalid',
      null,
      null,
    ];
    let health: Parameters<typeof recordReading>[0] = { failures: 0, outcome: null };
    const told = codes.map((code) => {
      const recorded = recordReading(health, code);
      health = recorded.health;
      return [health.failures, recorded.news];
    });
    expect(told).toEqual([
      [0, undefined],
      [1, 'unreachable'],
      [2, undefined],
      [3, 'unusable'],
      [0, 'works-again'],
      [0, undefined],
    ]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 12],
    [99, 12],
  ])('after %i failures comes again within %i hours', (failures, hours) => {
    const next = nextReading('conn_01', { failures, outcome: null }, now).getTime() - now.getTime();
    expect(next).toBeGreaterThan((hours - 1) * 3_600_000);
    expect(next).toBeLessThanOrEqual(hours * 3_600_000);
  });
});
