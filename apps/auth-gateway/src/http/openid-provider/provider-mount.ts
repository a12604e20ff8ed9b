import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { nameRoute } from '@homerealm/platform';
import { pageHeaders } from './pages.js';

const paths = /^\/(?:oauth2\/|\.well-known\/(?:openid-configuration|oauth-authorization-server|jwks\.json)(?:[?]|$))/;
/** Authorize and sign-out requests may come as a form; they go on as a GET, with the cookies a GET carries. */
const formPaths = new Set(['/oauth2/auth', '/oauth2/logout']);
/** Everything the provider answers. */
export const providerRoutes: ReadonlySet<string> = new Set([
  '/oauth2/auth',
  '/oauth2/auth/:uid',
  '/oauth2/token',
  '/oauth2/userinfo',
  '/oauth2/introspection',
  '/oauth2/revocation',
  '/oauth2/logout',
  '/oauth2/logout/confirm',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
]);
const longestQuery = 12_000;

/**
 * Gives the provider its requests before Nest sees them. Host and scheme are the issuer's, whatever the request says,
 * so that no answer can be made to point elsewhere.
 */
export class ProviderMount {
  private listener: RequestListener | undefined;
  private readonly host: string;
  private readonly scheme: string;

  constructor(issuer: string) {
    const { host, protocol } = new URL(issuer);
    this.host = host;
    this.scheme = protocol.slice(0, -1);
  }

  /** Where provider requests go from now on. */
  use(listener: RequestListener): void {
    this.listener = listener;
  }

  readonly serverFactory = (others: RequestListener): Server => {
    const server = createServer({ requestTimeout: 30_000, keepAliveTimeout: 72_000 }, (request, response) => {
      if (paths.test(request.url ?? '')) this.handle(request, response);
      else others(request, response);
    });
    return server;
  };

  private handle(request: IncomingMessage, response: ServerResponse): void {
    nameRoute(request, routeOf(request.url ?? ''));
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    if (this.listener === undefined) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'POST' && formPaths.has(path)) {
      void toGet(request, response, path);
      return;
    }
    request.headers.host = this.host;
    for (const name of ['forwarded', 'x-forwarded-host', 'x-forwarded-for']) delete request.headers[name];
    request.headers['x-forwarded-proto'] = this.scheme;
    this.listener(request, response);
  }
}

/** Below /oauth2/auth stands the id of a pending request; nothing the provider does not answer gets a name of its own. */
function routeOf(url: string): string {
  const [path = ''] = url.split('?');
  if (/^\/oauth2\/auth\/./.test(path)) return '/oauth2/auth/:uid';
  return providerRoutes.has(path) ? path : '/oauth2/*';
}

async function toGet(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > longestQuery) break;
    }
  } catch {
    response.destroy();
    return;
  }
  if (!isForm || text.length > longestQuery) {
    response.writeHead(isForm ? 413 : 415, { connection: 'close', 'cache-control': 'no-store' }).end();
    return;
  }
  const query = new URLSearchParams(text).toString();
  response.writeHead(303, { location: `${path}?${query}`, 'cache-control': 'no-store' }).end();
}
