import { createServer, type IncomingMessage, type Server } from 'node:http';
import { bodyOf, closeServer, eventually, listenOnLoopback } from '@homerealm/testing';

/** The server of an application: takes logout tokens (OpenID Connect Back-Channel Logout) and keeps them. */
export class LogoutListener {
  readonly heard: { path: string; token: string }[] = [];

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {
    server.on('request', (request, response) => void this.take(request).finally(() => response.end()));
  }

  static async start(): Promise<LogoutListener> {
    const server = createServer();
    return new LogoutListener(server, `http://127.0.0.1:${await listenOnLoopback(server)}`);
  }

  /** Tokens that came to an address of this server and that fit, once there are any. */
  tokensAt(path: string, fits: (token: string) => boolean): Promise<string[]> {
    const there = () => this.heard.filter((one) => one.path === path && fits(one.token)).map(({ token }) => token);
    return eventually(() => there().length > 0 && there(), { timeout: 20_000, says: `a logout token at ${path}` });
  }

  stop(): Promise<void> {
    return closeServer(this.server);
  }

  private async take(request: IncomingMessage): Promise<void> {
    const token = new URLSearchParams(await bodyOf(request)).get('logout_token') ?? '';
    this.heard.push({ path: request.url ?? '', token });
  }
}
