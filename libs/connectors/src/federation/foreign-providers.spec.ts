import { randomBytes } from 'node:crypto';
import { createUpstreamHttp, type UpstreamHttp } from '../http/upstream-http.js';
import type { UpstreamOutcome } from '../upstream-protocol.js';
import type { FederationConnection } from './federation-connection.js';
import { ForeignProviders, person } from './fixtures/foreign-providers.js';
import {
  claimUris,
  entraNames,
  makeSigningPair,
  MemoryReplays,
  samlConnection,
  wsfedConnection,
  type SigningPair,
} from './fixtures/identity-provider.js';
import { fetchFederationMetadata } from './metadata/fetch-federation-metadata.js';
import { readFederationMetadata } from './metadata/read-federation-metadata.js';
import { createSamlProtocol } from './saml/saml-protocol.js';
import { createWsfedProtocol } from './wsfed/wsfed-protocol.js';

/**
 * Two identity providers of other people: what we believe about the protocols is not only what we wrote ourselves. Both
 * are npm packages that run inside of the test, which nothing else does as simply on a build machine.
 * - samlify, as a SAML 2.0 identity provider: maintained, with metadata of its own, builds on xml-crypto.
 * - wsfed of auth0, a WS-Federation token service with SAML 1.1: the only one that npm has, old, with its own copy of
 *   xml-crypto. It reads nothing but our own request here, and no production code can reach it.
 */
let pair: SigningPair;
let providers: ForeignProviders;
let http: UpstreamHttp;
beforeAll(async () => {
  pair = await makeSigningPair('Fabrikam');
  providers = await ForeignProviders.start(pair);
  http = createUpstreamHttp({ allowedOrigins: [providers.origin], ca: providers.caPem });
});
beforeEach(() => {
  providers.signing = 'sha256';
});
afterAll(async () => {
  await http.close();
  await providers.close();
});

const options = () => ({ http, publicHttp: http, replays: new MemoryReplays() });
const beginning = () => ({ params: {}, redirectUri: entraNames.callbackUrl, random: randomBytes, now: new Date() });

async function described(protocol: 'saml' | 'wsfed', path: string): Promise<Partial<FederationConnection>> {
  const metadata = readFederationMetadata(await fetchFederationMetadata(http, providers.origin + path), protocol);
  const accountIssuer = `urn:homerealm:connection:conn_1:${metadata.entityId}`;
  const mapping = { ...samlConnection(pair).attributeMapping, email: protocol === 'saml' ? 'mail' : claimUris.email };
  return { metadata, accountIssuer, tenantId: null, attributeMapping: mapping };
}

async function overSaml(): Promise<UpstreamOutcome> {
  const connection = samlConnection(pair, await described('saml', '/saml/metadata'));
  const protocol = createSamlProtocol(options());
  const begun = await protocol.begin(connection, beginning());
  const { action, fields: body } = await providers.visit('redirectTo' in begun ? begun.redirectTo : '');
  expect(action).toBe(connection.callbackUrl);
  return protocol.complete(connection, begun.transaction, { method: 'POST', query: {}, body }, { now: new Date() });
}

async function overWsfed(): Promise<UpstreamOutcome> {
  const path = '/FederationMetadata/2007-06/FederationMetadata.xml';
  const connection = wsfedConnection(pair, await described('wsfed', path));
  const protocol = createWsfedProtocol(options());
  const begun = await protocol.begin(connection, beginning());
  const { action, fields: body } = await providers.visit('redirectTo' in begun ? begun.redirectTo : '');
  expect(action).toBe(connection.callbackUrl);
  return protocol.complete(connection, begun.transaction, { method: 'POST', query: {}, body }, { now: new Date() });
}

describe.each([
  { provider: 'samlify by SAML 2.0', signIn: overSaml, entityId: () => `${providers.origin}/saml/metadata` },
  { provider: 'wsfed by WS-Federation, with SAML 1.1', signIn: overWsfed, entityId: () => 'urn:fabrikam:sts' },
])('$provider', ({ signIn, entityId }) => {
  it('signs its people in, by its own metadata', async () => {
    const outcome = await signIn();
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'oidc', issuer: `urn:homerealm:connection:conn_1:${entityId()}`, subject: person.id },
        claims: { email: person.email },
      },
    });
  });

  it('A23: signs nobody in with SHA-1, which it may have been set to', async () => {
    providers.signing = 'sha1';
    expect(await signIn()).toMatchObject({ outcome: 'refused', code: 'upstream.algorithm-refused' });
  });
});
