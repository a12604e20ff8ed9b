import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Endpoint, Exchange } from './exchange.js';

const bodyLimit = 1024 * 1024;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Thrown when a body is larger than anything that is sent here in earnest. */
export class BodyTooLarge extends Error {}

/** Reads a request to its end. Repeated fields stay repeated; nothing is trusted yet. */
export async function readRequest(
  request: IncomingMessage,
  url: URL,
  endpoint: Endpoint,
  path: Record<string, string>,
): Promise<Exchange> {
  const body = await readBody(request);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const form = new URLSearchParams(isForm ? body : '');
  return {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    cookies: readCookies(request.headers.cookie ?? ''),
    body,
    form,
    path,
    endpoint,
    correlationId: correlationId(request, url, form),
    traceId: randomUUID(),
    faults: [],
  };
}

/** A client may name the correlation id itself: in the header, the query or the form. */
function correlationId(request: IncomingMessage, url: URL, form: URLSearchParams): string {
  const given =
    request.headers['client-request-id'] ?? url.searchParams.get('client-request-id') ?? form.get('client-request-id');
  return typeof given === 'string' && guid.test(given) ? given.toLowerCase() : randomUUID();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readCookies(header: string): Map<string, string> {
  const pairs = header.split(';').map((part) => part.trim().split('='));
  return new Map(pairs.flatMap(([name, ...rest]) => (name ? [[name, rest.join('=')] as const] : [])));
}
