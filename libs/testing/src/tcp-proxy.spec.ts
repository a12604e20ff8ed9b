import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { TcpProxy } from './tcp-proxy.js';

describe('the TCP proxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  const ends: Socket[] = [];

  beforeEach(async () => {
    ends.length = 0;
    echo = createServer((socket) => {
      ends.push(socket);
      socket.on('error', () => {});
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.open({ to: { host: '127.0.0.1', port: (echo.address() as AddressInfo).port } });
  });

  afterEach(async () => {
    await proxy.close();
    for (const end of ends) end.destroy();
    echo.close();
    await once(echo, 'close');
  });

  async function client() {
    const socket = connect(proxy.port, proxy.host);
    const seen = { text: '', error: '', closed: false };
    socket.on('data', (data) => (seen.text += data.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => (seen.error = error.code ?? error.message));
    socket.on('close', () => (seen.closed = true));
    await new Promise<void>((resume) => socket.once('connect', resume).once('close', () => resume()));
    const says = async (text: string) => {
      socket.write(text);
      await eventually(() => seen.text.endsWith(text));
    };
    return { socket, seen, says };
  }

  it('carries both directions and the end of each', async () => {
    const { socket, seen, says } = await client();
    await says('one');
    await says('two');
    socket.end();
    await eventually(() => seen.closed);
    expect(seen).toEqual({ text: 'onetwo', error: '', closed: true });
    await eventually(() => proxy.connections === 0);
  });

  it('carries much, unchanged', async () => {
    const { socket, seen } = await client();
    const much = 'x'.repeat(3_000_000);
    socket.write(much);
    await eventually(() => seen.text.length === much.length);
  });

  it('delays', async () => {
    const { says } = await client();
    await proxy.fault({ kind: 'delay', milliseconds: 60 });
    const start = Date.now();
    await says('late');
    expect(Date.now() - start).toBeGreaterThanOrEqual(110);
    await proxy.heal();
    await says('soon');
  });

  it('is slow', async () => {
    const { says } = await client();
    await proxy.fault({ kind: 'slow', bytesPerSecond: 1000 });
    const start = Date.now();
    await says('y'.repeat(100));
    expect(Date.now() - start).toBeGreaterThanOrEqual(190);
  });

  it('drops: accepts, swallows, and hides that the server has gone; healing resets what lost bytes', async () => {
    const live = await client();
    await live.says('before');
    await proxy.fault({ kind: 'drop' });
    live.socket.write('gone');
    const late = await client();
    late.socket.write('gone too');
    await eventually(() => ends.length === 2);
    for (const end of ends) end.resetAndDestroy();
    await eventually(() => ends.every((end) => end.closed));
    expect([live.seen, late.seen]).toEqual([
      { text: 'before', error: '', closed: false },
      { text: '', error: '', closed: false },
    ]);
    await proxy.heal();
    await eventually(() => live.seen.error === 'ECONNRESET' && late.seen.error === 'ECONNRESET');
  });

  it('resets live connections, new ones, or both', async () => {
    const first = await client();
    await proxy.fault({ kind: 'reset' }, 'live');
    await eventually(() => first.seen.error === 'ECONNRESET');
    const second = await client();
    await second.says('new ones work');
    await proxy.fault({ kind: 'reset' }, 'new');
    const third = await client();
    await eventually(() => third.seen.closed);
    await second.says('live ones too');
  });

  it('refuses new connections, as if nobody listened', async () => {
    const live = await client();
    await proxy.fault({ kind: 'refuse' });
    const refused = await client();
    await eventually(() => refused.seen.error === 'ECONNREFUSED');
    await live.says('still here');
    await proxy.heal();
    await (await client()).says('again');
  });

  it.each([
    ['up', 5],
    ['down', 3],
  ] as const)('cuts a connection after so many bytes %s', async (direction, after) => {
    const { socket, seen } = await client();
    await eventually(() => ends.length === 1);
    await proxy.fault({ kind: 'cut', direction, after });
    let arrived = '';
    ends[0]?.on('data', (data) => (arrived += data.toString()));
    socket.write('0123456789');
    await eventually(() => ends[0]?.closed);
    if (direction === 'up') await eventually(() => arrived === '01234' && seen.error === 'ECONNRESET');
    else await eventually(() => arrived === '0123456789' && seen.text === '012');
    socket.destroy();
  });
});
