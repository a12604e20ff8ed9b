import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type Provider from 'oidc-provider';

export type InternalRequest = { method: 'GET' | 'POST'; path: string; cookies: string; form?: Record<string, string> };
export type InternalAnswer = { status: number; location: string | undefined; setCookies: string[] };

/**
 * Takes the next step of a provider flow right here: what would be a redirect of the browser to ourselves, with its own
 * reads and writes, joins the unit of work of the request we are in.
 */
export async function requestInternally(provider: Provider, request: InternalRequest): Promise<InternalAnswer> {
  const body = request.form === undefined ? '' : new URLSearchParams(request.form).toString();
  const { host, protocol } = new URL(provider.issuer);
  const message = new IncomingMessage(new Socket());
  message.method = request.method;
  message.url = request.path;
  message.headers = {
    host,
    'x-forwarded-proto': protocol.slice(0, -1),
    cookie: request.cookies,
    accept: 'text/html',
    ...(request.form && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    }),
  };
  if (request.form) message.push(body);
  message.push(null);
  const response = new ServerResponse(message);
  await provider.callback()(message, response);
  const cookies = response.getHeader('set-cookie');
  return {
    status: response.statusCode,
    location: response.getHeader('location')?.toString(),
    setCookies: [cookies ?? []].flat().map(String),
  };
}
