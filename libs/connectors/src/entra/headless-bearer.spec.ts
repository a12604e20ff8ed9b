import { makeKey, signRs256, tenantId, type Json } from '../fixtures/hostile-upstream.js';
import { HeadlessBearer } from './headless-bearer.js';

const issuer = `https://login.example/${tenantId}/v2.0`;
const audience = 'api://homerealm-management';
const key = makeKey('k1');
const bearer = new HeadlessBearer({
  metadataUrl: `${issuer}/.well-known/openid-configuration`,
  audiences: [audience],
  issuers: [issuer],
});

const sign = (more: Json = {}, header: Json = {}, by = key) => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { aud: audience, iss: issuer, iat: now, nbf: now, exp: now + 600, tid: tenantId, ...more };
  return signRs256({ typ: 'JWT', alg: 'RS256', kid: 'k1', ...header }, claims, by.privateKey);
};
const accepts = (token: string) => bearer.accepts(token, key.publicKey);

describe('the library’s opinion of an access token', () => {
  it('is its own: it takes what is right', async () => {
    expect(await accepts(sign())).toBe(true);
  });

  it.each<[string, () => string]>([
    ['another key', () => sign({}, {}, makeKey('k1'))],
    ['another algorithm in the header', () => sign({}, { alg: 'HS256' })],
    ['alg none', () => sign({}, { alg: 'none' })],
    ['another audience', () => sign({ aud: 'api://other' })],
    ['the spn form of the audience', () => sign({ aud: `spn:${audience}` })],
    ['two audiences', () => sign({ aud: [audience, 'x'] })],
    ['another issuer', () => sign({ iss: 'https://evil.example' })],
    ['an end 61 seconds ago', () => sign({ exp: Math.floor(Date.now() / 1000) - 61, nbf: 1 })],
    ['a beginning in the future', () => sign({ nbf: Math.floor(Date.now() / 1000) + 300 })],
    ['no form', () => 'a.b.c'],
    ['no text', () => ''],
    ['blanks', () => 'a b c'],
  ])('refuses %s, and nothing escapes', async (_, made) => expect(await accepts(made())).toBe(false));

  it('runs many at a time, each with its own key', async () => {
    const others = Array.from({ length: 6 }, (_, index) => (index % 2 ? key : makeKey('k1')));
    const found = await Promise.all(others.map((one) => bearer.accepts(sign({}, {}, one), key.publicKey)));
    expect(found).toEqual(others.map((one) => one === key));
  });

  it('never reaches the log', async () => {
    const written: string[] = [];
    const streams = [process.stdout, process.stderr];
    const originals = streams.map(({ write }) => write);
    for (const stream of streams) stream.write = (chunk: unknown) => written.push(String(chunk)) > 0;
    try {
      for (const token of ['a.b.c', 'canary', sign({ iss: 'canary' }), sign()]) await accepts(token);
    } finally {
      streams.forEach((stream, index) => (stream.write = originals[index] ?? stream.write));
    }
    expect(written.filter((line) => line.includes('canary') || line.includes('AzureAD'))).toEqual([]);
  });
});
