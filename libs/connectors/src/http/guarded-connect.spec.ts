import { lookup } from 'node:dns/promises';
import fc from 'fast-check';
import { HostileUpstream } from '../fixtures/hostile-upstream.js';
import { isPublicAddress } from './public-address.js';
import { createUpstreamHttp, type UpstreamHttp } from './upstream-http.js';

describe('A25: what is a public address', () => {
  it.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...[
      '169.254.169.254',
      '169.254.170.2',
      '100.64.0.1',
      '100.127.255.255',
      '192.0.0.192',
      '198.18.0.1',
      '198.19.255.255',
    ],
    ...['192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:8.8.8.8',
      '::7f00:1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
    ],
    ...[
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '100::1',
      '2001::1',
      '2001:db8::1',
    ],
    ...['2002:7f00:1::', '2002:a9fe:a9fe::1', '3fff::1', '4000::1'],
    ...['', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '8.8.8.8 ', '[2600::1]'],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2600::1',
    '2a00:1450:4001::8',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));

  it('an IPv4 address inside an IPv6 one is never', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::'), (address, prefix) => {
        expect(isPublicAddress(`${prefix}${address}`)).toBe(false);
      }),
    );
  });
});

describe('A25: a client for public addresses', () => {
  let upstream: HostileUpstream;
  let resolved: string[];
  let answers: (hostname: string) => Promise<readonly string[]>;
  const opened: UpstreamHttp[] = [];
  const client = (privateOrigins: string[] = []) => {
    const resolve = (hostname: string) => (resolved.push(hostname), answers(hostname));
    const http = createUpstreamHttp({
      ...{ allowedOrigins: 'any-public', privateOrigins, ca: upstream.caPem, resolve, timeoutMs: 2_000 },
    });
    opened.push(http);
    return http;
  };
  const port = () => new URL(upstream.origin).port;

  beforeAll(async () => {
    upstream = await HostileUpstream.start();
  });
  beforeEach(() => {
    upstream.reset();
    resolved = [];
    answers = async () => ['127.0.0.1'];
  });
  afterEach(() => expect(upstream.asked).toEqual([]));
  afterAll(async () => {
    await Promise.all(opened.map((http) => http.close()));
    await upstream.close();
  });

  it.each<[string, () => string]>([
    ['loopback', () => upstream.origin],
    ['loopback as a decimal number', () => `https://2130706433:${port()}`],
    ['loopback in octal', () => `https://0177.0.0.1:${port()}`],
    ['loopback in hexadecimal', () => `https://0x7f.1:${port()}`],
    ['loopback, short', () => `https://127.1:${port()}`],
    ['loopback in full-width digits', () => `https://１２７.0.0.1:${port()}`],
    ['loopback with a dot at its end', () => `https://127.0.0.1.:${port()}`],
    ['nowhere, which is here', () => `https://0:${port()}`],
    ['an IPv6 loopback', () => `https://[::1]:${port()}`],
    ['an IPv6-mapped loopback', () => `https://[::ffff:127.0.0.1]:${port()}`],
    ['an IPv4-compatible loopback', () => `https://[::127.0.0.1]:${port()}`],
    ['the metadata service of a cloud', () => 'https://169.254.169.254/latest/meta-data'],
    ['its IPv6 twin', () => 'https://[fd00:ec2::254]/latest/meta-data'],
    ['a private network', () => 'https://10.0.0.1/'],
  ])('does not connect to %s', async (_says, url) => {
    await expect(client().request(url())).rejects.toMatchObject({ problem: 'not-public' });
    expect(resolved).toEqual([]);
  });

  it.each([
    'http://example.com/',
    'file:///etc/passwd',
    'gopher://example.com:70/',
    'ftp://example.com/',
    'data:,x',
    'https://a:b@example.com/',
    'https://example.com/#x',
  ])('does not even try %s', async (url) => {
    await expect(client().request(url)).rejects.toMatchObject({ problem: 'not-allowed' });
    expect(resolved).toEqual([]);
  });

  it('does not connect to a name of a private address, alone or among public ones, in either family', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['::1'],
      ['8.8.8.8', '127.0.0.1'],
      ['2600::1', 'fd00::1'],
      ['::ffff:127.0.0.1'],
    ]) {
      answers = async () => addresses;
      await expect(client().request(`https://inside.example:${port()}/`)).rejects.toMatchObject({
        problem: 'not-public',
      });
    }
    expect(resolved).toHaveLength(5);
  });

  it('looks at the address it connects to: a name that turns private after the first answer gains nothing', async () => {
    const turns = [['8.8.8.8'], ['127.0.0.1']];
    answers = async () => turns.shift() ?? ['127.0.0.1'];
    const http = client();
    const url = `https://rebinding.example:${port()}/`;
    // Nothing listens there for us; what counts is that the one answer that was judged is the one that was used.
    await expect(http.request(url, { timeoutMs: 50 })).rejects.toMatchObject({
      problem: expect.stringMatching(/timed-out|unreachable/),
    });
    await expect(http.request(url)).rejects.toMatchObject({ problem: 'not-public' });
    expect(resolved).toEqual(['rebinding.example', 'rebinding.example']);
  });

  it('takes a name nobody answers for, or whose name servers fail, as unreachable', async () => {
    answers = async () => [];
    await expect(client().request('https://nobody.example/')).rejects.toMatchObject({ problem: 'unreachable' });
    answers = () => Promise.reject(new Error('SERVFAIL'));
    await expect(client().request('https://nobody.example/')).rejects.toMatchObject({ problem: 'unreachable' });
  });

  it('does not read the machine’s own list of names', async () => {
    expect((await lookup('localhost')).address).toMatch(/^(127\.|::1)/);
    const http = createUpstreamHttp({ allowedOrigins: 'any-public', ca: upstream.caPem, timeoutMs: 3_000 });
    opened.push(http);
    await expect(http.request(`https://localhost:${port()}/`)).rejects.toMatchObject({ name: 'UpstreamHttpError' });
  });
});

it('A25: an origin the operator lists as private is reached, and no other on the same host', async () => {
  const upstream = await HostileUpstream.start();
  const http = createUpstreamHttp({
    allowedOrigins: 'any-public',
    privateOrigins: [upstream.origin],
    ca: upstream.caPem,
  });
  expect((await http.request(`${upstream.origin}/x`)).status).toBe(404);
  await expect(http.request(`${upstream.graphOrigin}/x`)).rejects.toMatchObject({ problem: 'not-public' });
  await http.close();
  await upstream.close();
});
