import { createServer } from 'node:net';
import { type PartName, partNames, parts, portOf } from './parts.js';

/** Ports of the local system that something else is listening on. */
export async function takenPorts(portBase: number): Promise<{ part: PartName; port: number }[]> {
  const wanted = partNames.map((part) => ({ part, port: portOf(part, portBase) }));
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  return wanted.filter((_, index) => !free[index]);
}

/** The sentence for taken ports: which, who wants them, and what to do. */
export function explainTaken(taken: readonly { part: PartName; port: number }[], portBase: number): string {
  const lines = taken.map(({ part, port }) => `  port ${port}, wanted by ${parts[part].app} (${parts[part].says})`);
  const other = portBase === 5000 ? 6000 : 5000;
  return [
    taken.length === 1 ? 'A port is taken by another program:' : 'Some ports are taken by other programs:',
    ...lines,
    `Stop that program (perhaps another \`npm start\`), or take other ports: npm start -- --port-base ${other}`,
    ...(portBase === 4000 ? ['A second copy also needs its own data folder: --data DIR'] : []),
  ].join('\n');
}

/** A free port on the loopback address, for parts whose port nobody needs to know by heart. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port could be found');
  return address.port;
}

/** A port base whose ports are all free now, for systems beside others: tests. */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + Math.floor(Math.random() * 200) * 100 + Math.floor(Math.random() * 100);
    if ((await takenPorts(base)).length === 0) return base;
  }
}

/** Free on both loopback addresses, because `localhost` may lead to either. */
async function isFree(port: number): Promise<boolean> {
  const answers = await Promise.all([canListen(port, '127.0.0.1'), canListen(port, '::1')]);
  return answers.every((free) => free);
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 refuses the address, not the port.
    server.once('error', (problem: NodeJS.ErrnoException) => resolve(problem.code === 'EADDRNOTAVAIL'));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
