import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TcpFault } from './tcp-fault.js';
import { TcpLink } from './tcp-link.js';

export type { TcpFault } from './tcp-fault.js';

/** Which connections a fault is for. */
export type Reach = 'new' | 'live' | 'all';

/** Stands between a client and a server on loopback, and can be made to misbehave while both run. */
export class TcpProxy {
  private readonly links = new Set<TcpLink>();
  private faultOfNew: TcpFault | undefined;
  /** Connections accepted since it was opened. */
  accepted = 0;

  private constructor(
    private readonly to: { host: string; port: number },
    private server: Server,
    readonly port: number,
  ) {
    server.on('connection', this.accept);
  }

  /** @param listenOn a fixed port; left out, a free one */
  static async open({ to, listenOn = 0 }: { to: { host: string; port: number }; listenOn?: number }) {
    const server = await listen(listenOn);
    return new TcpProxy(to, server, (server.address() as AddressInfo).port);
  }

  readonly host = '127.0.0.1';

  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.links.size;
  }

  /** From now on, until `heal`. A later fault takes the place of an earlier one for the connections it is for. */
  async fault(fault: TcpFault, on: Reach = 'all'): Promise<void> {
    if (on !== 'live') {
      this.faultOfNew = fault;
      if (fault.kind === 'refuse') await this.stopListening();
      else await this.listenAgain();
    }
    if (on !== 'new') for (const link of this.links) link.suffer(fault);
  }

  /** All is well again. Connections that have lost bytes cannot go on, so they are reset. */
  async heal(): Promise<void> {
    this.faultOfNew = undefined;
    for (const link of this.links) link.heal();
    await this.listenAgain();
  }

  async close(): Promise<void> {
    for (const link of this.links) link.reset();
    await this.stopListening();
  }

  private readonly accept = (client: Socket): void => {
    this.accepted += 1;
    const link = new TcpLink(client, this.to, () => this.links.delete(link));
    this.links.add(link);
    if (this.faultOfNew) link.suffer(this.faultOfNew);
  };

  private async stopListening(): Promise<void> {
    if (!this.server.listening) return;
    // Waiting for `close` would wait for the live connections too; the port is free at once.
    this.server.close();
  }

  private async listenAgain(): Promise<void> {
    if (this.server.listening) return;
    this.server = await listen(this.port);
    this.server.on('connection', this.accept);
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
