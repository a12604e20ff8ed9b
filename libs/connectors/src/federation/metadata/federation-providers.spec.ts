import { HostileUpstream, type Answer } from '../../fixtures/hostile-upstream.js';
import { createUpstreamHttp, type UpstreamHttp } from '../../http/upstream-http.js';
import {
  entraNames,
  makeSigningPair,
  noHttp,
  thumbprintSha256,
  wsfedConnection,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import { entraMetadata, type MetadataFields } from '../fixtures/metadata-documents.js';
import type { WsfedConnection } from '../federation-connection.js';
import { createFederationProviders, type FederationProviders } from './federation-providers.js';
import { fetchFederationMetadata } from './fetch-federation-metadata.js';

let pair: SigningPair;
let next: SigningPair;
let upstream: HostileUpstream;
let listed: UpstreamHttp;
let anywhere: UpstreamHttp;
beforeAll(async () => {
  [pair, next, upstream] = await Promise.all([makeSigningPair(), makeSigningPair('Next'), HostileUpstream.start()]);
  const ca = upstream.caPem;
  listed = createUpstreamHttp({ allowedOrigins: [upstream.origin], ca, timeoutMs: 2_000 });
  anywhere = createUpstreamHttp({ allowedOrigins: [upstream.graphOrigin], ca, timeoutMs: 2_000 });
});
beforeEach(() => {
  upstream.reset();
  time = 0;
});
afterEach(() => expect(upstream.bystander).toEqual([]));
afterAll(async () => {
  await Promise.all([listed.close(), anywhere.close()]);
  await upstream.close();
});

let time = 0;
const minute = 60_000;
const url = () => `${upstream.origin}/federation.xml`;

/** What the provider publishes now. */
const publish = (pairs: SigningPair[], changes: Partial<MetadataFields> = {}): string =>
  entraMetadata(pairs, { signIn: `${upstream.origin}/sign-in`, signOut: `${upstream.origin}/sign-out`, ...changes });
const serve = (answer: () => Answer | string) => {
  const reply = () => {
    const made = answer();
    return typeof made === 'string' && made.startsWith('<') ? { body: made } : (made as Answer);
  };
  upstream.behaviour = { federation: reply, graph: reply };
};
const asked = () => upstream.count('federation.xml');

/** As the registry handed it over: with the first certificate only. */
function connection(changes: Partial<WsfedConnection> = {}): WsfedConnection {
  const settings = wsfedConnection(pair, { authority: upstream.origin, metadataUrl: url() });
  const at = (path: string) => [{ binding: 'redirect' as const, url: `${upstream.origin}/${path}` }];
  const metadata = { ...settings.metadata, signIn: at('sign-in'), signOut: at('sign-out') };
  return { ...settings, metadata, ...changes };
}
const providersOf = (): FederationProviders =>
  createFederationProviders({ protocol: 'wsfed', http: listed, publicHttp: anywhere, clock: () => time });

/** Asks as a sign-in does whose certificate is not known. */
const renew = (providers: FederationProviders, of = connection()) =>
  providers.withNewerCertificates(of, providers.get(of));

describe('what is known of a provider', () => {
  it('is what the registry read, at once and without asking anybody', () => {
    expect(providersOf().get(connection())).toMatchObject({
      source: 'registry',
      metadata: { entityId: entraNames.issuer, certificates: [pair.certificatePem] },
    });
    expect(asked()).toBe(0);
  });

  it('is read again when a certificate is not known, once for all who ask', async () => {
    serve(() => publish([pair, next]));
    const providers = providersOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => renew(providers)));
    for (const known of answers) {
      expect(known).toMatchObject({
        source: 'provider',
        metadata: { certificates: [pair.certificatePem, next.certificatePem] },
      });
    }
    expect(asked()).toBe(1);
    expect(providers.get(connection()).source).toBe('provider');
  });

  it('is not read again within a minute, whatever people post', async () => {
    serve(() => publish([pair]));
    const providers = providersOf();
    for (let i = 0; i < 5; i++) await renew(providers);
    expect(asked()).toBe(1);
    time += minute;
    await renew(providers);
    expect(asked()).toBe(2);
  });

  it('is refreshed in the background', async () => {
    serve(() => publish([next]));
    const providers = providersOf();
    providers.get(connection());
    time += minute;
    expect(providers.get(connection()).source).toBe('registry');
    await renew(providers);
    expect(providers.get(connection()).metadata.certificates).toEqual([next.certificatePem]);
    expect(asked()).toBe(1);
  });

  it('stays where the provider cannot be read', async () => {
    serve(() => publish([pair, next]));
    const providers = providersOf();
    await renew(providers);
    serve(() => ({ status: 503 }));
    time += 60 * minute;
    expect(await renew(providers)).toMatchObject({
      source: 'provider',
      metadata: { certificates: [pair.certificatePem, next.certificatePem] },
      problem: 'upstream.metadata-unreachable',
    });
  });

  it('begins anew with a changed connection', async () => {
    serve(() => publish([next]));
    const providers = providersOf();
    await renew(providers);
    expect(providers.get(connection({ revision: 2 })).metadata.certificates).toEqual([pair.certificatePem]);
  });

  it('is never asked for where the metadata was pasted', async () => {
    const pasted = connection({ metadataUrl: null });
    const known = providersOf().get(pasted);
    expect(await providersOf().withNewerCertificates(pasted, known)).toBe(known);
    expect(asked()).toBe(0);
  });

  it.each<[string, () => Answer | string, string]>([
    [
      'speaks for somebody else',
      () => publish([next], { entityId: 'https://evil.example/' }),
      'metadata-issuer-mismatch',
    ],
    ['leads away from Entra', () => publish([next], { signIn: 'https://evil.example/' }), 'metadata-endpoint-refused'],
    ['has no certificates', () => publish([]), 'metadata-invalid'],
    ['is no metadata', () => '<a/>', 'metadata-invalid'],
    ['is not UTF-8', () => ({ body: Buffer.from([0x3c, 0xff, 0xfe]) }), 'metadata-invalid'],
    ['is too large', () => ({ body: Buffer.alloc(300_000, 0x20) }), 'metadata-invalid'],
    ['redirects', () => ({ status: 302, headers: { location: upstream.bystanderOrigin } }), 'metadata-invalid'],
    ['never ends', () => 'endless', 'metadata-invalid'],
    ['breaks off', () => 'reset', 'metadata-unreachable'],
    ['is not there', () => ({ status: 404 }), 'metadata-unreachable'],
  ])('A33: is not changed by metadata that %s', async (_, answer, code) => {
    serve(answer);
    expect(await renew(providersOf())).toMatchObject({
      source: 'registry',
      metadata: { certificates: [pair.certificatePem] },
      problem: `upstream.${code}`,
    });
  });
});

describe('A25: where metadata is read', () => {
  it('at the own authority with the client for listed addresses', async () => {
    serve(() => publish([next]));
    const providers = createFederationProviders({
      ...{ protocol: 'wsfed', http: listed, publicHttp: noHttp(), clock: () => time },
    });
    expect((await renew(providers)).source).toBe('provider');
  });

  it('anywhere else with the client for public addresses', async () => {
    serve(() => publish([next]));
    const elsewhere = connection({ metadataUrl: `${upstream.graphOrigin}/federation.xml`, tenantId: null });
    const providers = createFederationProviders({
      ...{ protocol: 'wsfed', http: noHttp(), publicHttp: anywhere, clock: () => time },
    });
    expect((await renew(providers, elsewhere)).source).toBe('provider');
  });

  it('never where neither of them goes', async () => {
    const inside = connection({ metadataUrl: 'https://169.254.169.254/metadata.xml' });
    expect(await renew(providersOf(), inside)).toMatchObject({
      source: 'registry',
      problem: 'upstream.address-refused',
    });
    await expect(fetchFederationMetadata(listed, `${upstream.bystanderOrigin}/x.xml`)).rejects.toMatchObject({
      code: 'upstream.address-refused',
    });
  });
});

describe('pinned certificates', () => {
  it('are the only ones that count, whatever is published', async () => {
    serve(() => publish([pair, next]));
    const pinned = connection({ pinnedCertificates: [thumbprintSha256(next)] });
    const providers = providersOf();
    expect(providers.get(pinned).metadata.certificates).toEqual([]);
    await renew(providers, pinned);
    expect(providers.get(pinned).metadata.certificates).toEqual([next.certificatePem]);
  });
});
