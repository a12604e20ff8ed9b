import { gzipSync, brotliCompressSync } from 'node:zlib';
import { createUpstreamHttp, type UpstreamHttp } from './upstream-http.js';
import { HostileUpstream, type Answer } from '../fixtures/hostile-upstream.js';

let upstream: HostileUpstream;
let http: UpstreamHttp;
beforeAll(async () => {
  upstream = await HostileUpstream.start();
  const allowedOrigins = [upstream.origin, upstream.graphOrigin];
  http = createUpstreamHttp({
    allowedOrigins,
    ca: upstream.caPem,
    timeoutMs: 1_000,
    maxBytes: 100_000,
    connections: 4,
  });
});
beforeEach(() => upstream.reset());
afterEach(() => expect(upstream.bystander).toEqual([]));
afterAll(async () => {
  await http.close();
  await upstream.close();
});

const ask = (answer: Answer) => {
  upstream.behaviour = { graph: () => answer };
  return http.json(`${upstream.graphOrigin}/x`);
};

describe('the guard against forged requests', () => {
  it.each<[string, () => string]>([
    ['another origin', () => upstream.bystanderOrigin],
    ['the same host at another port', () => 'https://127.0.0.1:1/'],
    ['plain http', () => upstream.origin.replace('https:', 'http:')],
    ['userinfo', () => upstream.origin.replace('://', '://user:pass@')],
    [
      'a listed origin as userinfo of another host',
      () => `${upstream.origin.replace('://', '://x@').replace(/@.*/, '')}@evil.example/`,
    ],
    ['a fragment', () => `${upstream.origin}/a#b`],
    ['an empty fragment', () => `${upstream.origin}/a#`],
    ['a file', () => 'file:///etc/passwd'],
    ['gopher', () => 'gopher://127.0.0.1/'],
    ['a data address', () => 'data:application/json,{}'],
    ['the address as a decimal number at another port', () => 'https://2130706433:1/'],
    ['an IPv6-mapped address', () => 'https://[::ffff:127.0.0.1]/'],
    ['a link-local address', () => 'https://169.254.169.254/latest/meta-data'],
    ['a name with a dot at its end', () => 'https://localhost./'],
    ['no address at all', () => 'not an address'],
    ['a relative address', () => '/x'],
  ])('lets nothing through to %s', async (_, url) => {
    await expect(http.request(url())).rejects.toMatchObject({ problem: 'not-allowed' });
    expect(upstream.asked).toEqual([]);
  });
});

describe('an exchange', () => {
  it('brings status, headers and JSON', async () => {
    expect(await ask({ status: 418, headers: { 'x-a': 'b' }, body: { fine: true } })).toMatchObject({
      status: 418,
      headers: { 'x-a': 'b' },
      json: { fine: true },
    });
  });

  it.each<[string, Answer, string]>([
    ['redirects', { status: 302, headers: { location: 'https://evil.example' }, body: {} }, 'redirected'],
    ['is HTML', { body: '<html>' }, 'not-json'],
    ['is empty', { body: '' }, 'not-json'],
    ['hangs', 'hang', 'timed-out'],
    ['trickles', 'trickle', 'timed-out'],
    ['does not end', 'endless', 'too-large'],
    ['is broken off', 'reset', 'unreachable'],
    [
      'is a compressed bomb',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(5_000_000)) },
      'too-large',
    ],
    ['is called compressed and is not', { headers: { 'content-encoding': 'gzip' }, body: '{}' }, 'unreachable'],
    ['is compressed in an unknown way', { headers: { 'content-encoding': 'zstd' }, body: '{}' }, 'unreachable'],
    ['is compressed as a prototype', { headers: { 'content-encoding': '__proto__' }, body: '{}' }, 'unreachable'],
    ['has too large headers', { headers: { 'x-large': 'x'.repeat(60_000) }, body: {} }, 'unreachable'],
  ])('that %s is an error of a known kind', async (_, answer, problem) => {
    await expect(ask(answer)).rejects.toMatchObject({ name: 'UpstreamHttpError', problem });
  });

  it('may be compressed', async () => {
    const body = JSON.stringify({ a: 1 });
    expect(await ask({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) })).toMatchObject({
      json: { a: 1 },
    });
    expect(await ask({ headers: { 'content-encoding': 'br' }, body: brotliCompressSync(body) })).toMatchObject({
      json: { a: 1 },
    });
  });

  it('ends when the caller gives up, before or during it', async () => {
    await expect(http.request(`${upstream.origin}/x`, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      problem: 'aborted',
    });
    const controller = new AbortController();
    upstream.behaviour = { graph: () => (controller.abort(), 'hang') };
    const exchange = http.request(`${upstream.graphOrigin}/x`, { signal: controller.signal });
    await expect(exchange).rejects.toMatchObject({ problem: 'aborted' });
  });

  it('trusts nobody without a certificate it knows', async () => {
    const stranger = createUpstreamHttp({ allowedOrigins: [upstream.origin] });
    await expect(stranger.request(upstream.origin)).rejects.toMatchObject({ problem: 'unreachable' });
    await stranger.close();
  });

  it('says neither address nor content in its errors', async () => {
    const error = await http.request(`${upstream.bystanderOrigin}/secret`).catch((thrown: unknown) => thrown);
    expect(String(error)).not.toMatch(/secret|127\.0\.0\.1/);
  });
});

it('does not let a hanging upstream slow another one down', async () => {
  upstream.behaviour = { graph: () => 'hang' };
  const hanging = Array.from({ length: 20 }, () =>
    http.request(`${upstream.graphOrigin}/x`, { timeoutMs: 3_000 }).catch(() => 'over'),
  );
  let over = false;
  void Promise.all(hanging).then(() => (over = true));
  for (let i = 0; i < 10; i++) expect((await http.request(`${upstream.origin}/x`)).status).toBe(404);
  expect(over).toBe(false);
  await Promise.all(hanging);
});
