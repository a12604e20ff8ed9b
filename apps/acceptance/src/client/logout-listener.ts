import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@homerealm/testing';

/** The server of an application: takes logout tokens (OpenID Connect Back-Channel Logout) and keeps them. */
export class LogoutListener {
  readonly heard: { path: string; token: string }[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.take(request).finally(() => response.end()));
  }

  static async start(): Promise<LogoutListener> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new LogoutListener(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Tokens that came to an address of this server and that fit, once there are any. */
  tokensAt(path: string, fits: (token: string) => boolean): Promise<string[]> {
    const there = () => this.heard.filter((one) => one.path === path && fits(one.token)).map(({ token }) => token);
    return eventually(() => there().length > 0 && there(), { timeout: 20_000, says: `a logout token at ${path}` });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? '';
    this.heard.push({ path: request.url ?? '', token });
  }
}
