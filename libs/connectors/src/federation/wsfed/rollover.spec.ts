import { HostileUpstream } from '../../fixtures/hostile-upstream.js';
import { createUpstreamHttp, type UpstreamHttp } from '../../http/upstream-http.js';
import {
  federationTransaction,
  makeSigningPair,
  MemoryReplays,
  noHttp,
  now,
  wsfedConnection,
  wsfedPost,
  wsfedResult,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import { entraMetadata } from '../fixtures/metadata-documents.js';
import type { WsfedConnection } from '../federation-connection.js';
import { createWsfedProtocol } from './wsfed-protocol.js';

let pair: SigningPair;
let next: SigningPair;
let upstream: HostileUpstream;
let http: UpstreamHttp;
beforeAll(async () => {
  [pair, next, upstream] = await Promise.all([makeSigningPair(), makeSigningPair('Next'), HostileUpstream.start()]);
  http = createUpstreamHttp({ allowedOrigins: [upstream.origin], ca: upstream.caPem });
});
beforeEach(() => upstream.reset());
afterAll(async () => {
  await http.close();
  await upstream.close();
});

const transaction = federationTransaction('entra-wsfed');

function connection(): WsfedConnection {
  const settings = wsfedConnection(pair, {
    authority: upstream.origin,
    metadataUrl: `${upstream.origin}/metadata.xml`,
  });
  const signIn = [{ binding: 'redirect' as const, url: `${upstream.origin}/sign-in` }];
  return { ...settings, metadata: { ...settings.metadata, signIn, signOut: signIn } };
}
const protocolOf = () => createWsfedProtocol({ http, publicHttp: noHttp(), replays: new MemoryReplays() });
const publish = (pairs: SigningPair[]) => {
  const body = entraMetadata(pairs, { signIn: `${upstream.origin}/sign-in`, signOut: `${upstream.origin}/sign-in` });
  upstream.behaviour = { federation: () => ({ body }) };
};
const answer = (protocol: ReturnType<typeof protocolOf>, by: SigningPair, id: string) =>
  protocol.complete(connection(), transaction, wsfedPost(wsfedResult(by, { assertion: { id } }), transaction), { now });

it('a certificate that the provider began to use signs in the first person it is used for', async () => {
  publish([pair, next]);
  const protocol = protocolOf();
  for (const [by, id] of [
    [pair, '_1'],
    [next, '_2'],
    [pair, '_3'],
  ] as const) {
    expect(await answer(protocol, by, id)).toMatchObject({ outcome: 'account' });
  }
  expect(upstream.count('metadata.xml')).toBe(1);
});

it('a certificate that the provider stopped to publish signs in nobody any more', async () => {
  publish([next]);
  const protocol = protocolOf();
  expect(await answer(protocol, next, '_1')).toMatchObject({ outcome: 'account' });
  expect(await answer(protocol, pair, '_2')).toMatchObject({ outcome: 'refused', code: 'upstream.key-unknown' });
});

it('answers of strangers ask the provider once, however many there are', async () => {
  publish([pair]);
  const protocol = protocolOf();
  const ids = ['_1', '_2', '_3', '_4', '_5'];
  const outcomes = await Promise.all(ids.map((id) => answer(protocol, next, id)));
  expect(new Set(outcomes.map((outcome) => outcome.outcome === 'refused' && outcome.code))).toEqual(
    new Set(['upstream.key-unknown']),
  );
  expect(await answer(protocol, next, '_6')).toMatchObject({ outcome: 'refused' });
  expect(upstream.count('metadata.xml')).toBe(1);
});
