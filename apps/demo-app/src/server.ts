import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Settings } from './config.js';
import type { EventFeed } from './feed/event-feed.js';
import { claimsOf, OpenId } from './openid.js';
import { contentPolicy } from './pages/layout.js';
import { signedInPage } from './pages/signed-in.js';
import { signedOutPage } from './pages/signed-out.js';
import { signingOutPage } from './pages/signing-out.js';
import { type Session, Sessions } from './sessions.js';

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };
type Route = (exchange: Exchange) => Promise<void> | void;

/** The demo app's web server: a tiny relying party with nothing but node:http and a stock OpenID client. */
export function createDemoServer(settings: Settings, feed: EventFeed): Server {
  const app = new DemoApp(settings, feed);
  return createServer((request, response) => void app.handle(request, response));
}

class DemoApp {
  private readonly openId: OpenId;
  private readonly sessions = new Sessions();
  private readonly routes: Record<string, Route>;

  constructor(
    private readonly settings: Settings,
    private readonly feed: EventFeed,
  ) {
    this.openId = new OpenId(settings);
    this.routes = {
      'GET /': (exchange) => this.home(exchange),
      'GET /sign-in': (exchange) => this.signIn(exchange),
      'GET /callback': (exchange) => this.callback(exchange),
      'POST /refresh': (exchange) => this.refresh(exchange),
      'POST /sign-out': (exchange) => this.signOut(exchange),
      'GET /events': (exchange) => this.events(exchange),
      'GET /healthz': ({ response }) => void response.end('{"status":"up"}'),
      'GET /readyz': ({ response }) => void response.end('{"ready":true}'),
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.settings.baseUrl);
    const route = this.routes[`${request.method} ${url.pathname}`];
    try {
      if (request.method === 'POST' && !this.isFromHere(request)) return void response.writeHead(403).end();
      if (!route) return void response.writeHead(404).end('Not found');
      await route({ request, response, url });
    } catch (problem) {
      this.sayProblem(response, problem);
    }
  }

  private home({ request, response }: Exchange): void {
    const session = this.sessions.find(request.headers.cookie);
    this.page(response, 200, (nonce) =>
      session?.signedIn ? signedInPage(nonce, session.signedIn) : signedOutPage(nonce),
    );
  }

  private async signIn({ response, url }: Exchange): Promise<void> {
    const wish = (name: string) => url.searchParams.get(name)?.trim() || undefined;
    // Begun by somebody else (OpenID Connect Core §4): only our own provider may be meant.
    if (![undefined, this.settings.issuer].includes(wish('iss'))) {
      throw new Error('This sign-in was begun for another provider than ours. Nothing was done.');
    }
    const [email, orgCode, connectionId] = [wish('email'), wish('org_code'), wish('connection_id')];
    const begun = await this.openId.begin({
      ...(email && { email }),
      ...(orgCode && { orgCode }),
      ...(connectionId && { connectionId }),
    });
    redirect(response, begun.url.href, this.sessions.open({ pending: begun.pending }));
  }

  private async callback({ request, response, url }: Exchange): Promise<void> {
    const pending = this.sessions.find(request.headers.cookie)?.pending;
    this.sessions.end(request.headers.cookie);
    if (!pending) throw new Error('This sign-in was not started in this browser, or it is over. Start again.');
    const tokens = await this.openId.finish(url, pending);
    const claims = claimsOf(tokens.idToken);
    if (!claims) throw new Error('The ID token cannot be read.');
    const userInfo = await this.openId.userInfo(tokens, claims.sub);
    const session: Session = { signedIn: { tokens, claims, userInfo, refreshed: 0 } };
    redirect(response, '/', this.sessions.open(session));
  }

  private async refresh({ request, response }: Exchange): Promise<void> {
    const session = this.sessions.find(request.headers.cookie);
    if (session?.signedIn) {
      const { signedIn } = session;
      signedIn.tokens = await this.openId.refresh(signedIn.tokens);
      signedIn.claims = claimsOf(signedIn.tokens.idToken) ?? signedIn.claims;
      signedIn.userInfo = await this.openId.userInfo(signedIn.tokens, signedIn.claims.sub);
      signedIn.refreshed += 1;
    }
    redirect(response, '/');
  }

  private async signOut({ request, response }: Exchange): Promise<void> {
    const signedIn = this.sessions.find(request.headers.cookie)?.signedIn;
    const cleared = this.sessions.end(request.headers.cookie);
    if (!signedIn) return redirect(response, '/', cleared);
    const { href } = await this.openId.endSessionUrl(signedIn.tokens);
    response.setHeader('set-cookie', cleared);
    this.page(response, 200, (nonce) => signingOutPage(nonce, href));
  }

  private events({ request, response }: Exchange): void {
    const subject = this.sessions.find(request.headers.cookie)?.signedIn?.claims.sub;
    if (!subject) return void response.writeHead(401).end();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const beat = setInterval(() => response.write(': still here\n\n'), 15_000);
    response.write(': hello\n\n');
    const stop = this.feed.listen(subject, (event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
    response.on('close', () => {
      clearInterval(beat);
      stop();
    });
  }

  /** Another site's form must not sign people out; browsers say where a POST comes from. */
  private isFromHere(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    return origin === undefined || origin === new URL(this.settings.baseUrl).origin;
  }

  private sayProblem(response: ServerResponse, problem: unknown): void {
    const says = explain(problem);
    process.stderr.write(`${says}\n`);
    if (response.headersSent) return void response.end();
    this.page(response, 502, (nonce) => signedOutPage(nonce, says));
  }

  private page(response: ServerResponse, status: number, render: (nonce: string) => string): void {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentPolicy(nonce, this.settings.issuer),
      // With no-referrer browsers would send our own forms with `Origin: null`.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    response.end(render(nonce));
  }
}

function redirect(response: ServerResponse, location: string, cookie?: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store', ...(cookie && { 'set-cookie': cookie }) });
  response.end();
}

/** The provider's own words where it gave some; never a token or a code. */
function explain(problem: unknown): string {
  const { error, error_description: description } = problem as { error?: string; error_description?: string };
  if (typeof error === 'string') return `Homerealm answered: ${description ?? error} (${error})`;
  const cause = (problem as { cause?: unknown }).cause;
  if (cause instanceof Error && 'code' in cause) return `Homerealm could not be reached (${String(cause.code)}).`;
  return problem instanceof Error ? problem.message : 'Something went wrong.';
}
