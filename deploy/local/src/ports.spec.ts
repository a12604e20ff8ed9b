import { createServer, type Server } from 'node:net';
import { explainTaken, freePort, takenPorts } from './ports.js';

describe('the port check', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

  it('finds a port that somebody listens on, and who wanted it', async () => {
    const base = await freePort();
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(base + 100, '127.0.0.1', resolve));
    expect(await takenPorts(base)).toContainEqual({ part: 'registry', port: base + 100 });
  });

  it('says in words what to do', () => {
    const says = explainTaken([{ part: 'gateway', port: 4000 }], 4000);
    expect(says).toContain('A port is taken by another program:');
    expect(says).toContain('port 4000, wanted by auth-gateway');
    expect(says).toContain('npm start -- --port-base 5000');
    expect(says).toContain('--data DIR');
  });

  it('does not propose the port base that is in use', () => {
    expect(explainTaken([{ part: 'demoApp', port: 5600 }], 5000)).toContain('--port-base 6000');
  });
});
