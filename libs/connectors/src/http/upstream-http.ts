import { createSecureContext, rootCertificates } from 'node:tls';
import { Agent } from 'undici';
import { checkedUrl } from './checked-url.js';
import { guardedConnect, type ResolveName } from './guarded-connect.js';
import { readBody } from './read-body.js';
import { UpstreamHttpError } from './upstream-http.error.js';

export type UpstreamRequest = {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds for the whole exchange, body included; the client's own value when absent. */
  timeoutMs?: number;
  /** Largest body in bytes, before and after decompression. */
  maxBytes?: number;
};
export type UpstreamAnswer = { status: number; headers: Record<string, string | undefined>; bytes: Buffer };

/** The only way out to upstream providers. Rejects with `UpstreamHttpError`, and with nothing else. */
export type UpstreamHttp = {
  request(url: string, request?: UpstreamRequest): Promise<UpstreamAnswer>;
  /** As `request`, with the body parsed. An answer that is not JSON is an error whatever its status. */
  json(
    url: string,
    request?: UpstreamRequest,
  ): Promise<{ status: number; headers: UpstreamAnswer['headers']; json: unknown }>;
  close(): Promise<void>;
};

export type UpstreamHttpOptions = {
  /**
   * Origins that may be called; everything else is refused before a socket is opened. `any-public`: every https origin
   * whose address, in the moment of connecting, is one of the public internet.
   */
  allowedOrigins: readonly string[] | 'any-public';
  /** With `any-public`: origins that may be on a private network. */
  privateOrigins?: readonly string[];
  /** With `any-public`: who tells the addresses of a name; the machine's name servers when absent. */
  resolve?: ResolveName;
  /** PEM certificates trusted in addition to Node's own roots. Without it NODE_EXTRA_CA_CERTS holds as usual. */
  ca?: string | string[];
  timeoutMs?: number;
  maxBytes?: number;
  /** Sockets per origin, so that a slow provider keeps only its own queue busy. */
  connections?: number;
};

/**
 * Makes an HTTP client that reaches only listed https origins, or only public ones, follows no redirect, and ends every exchange within its
 * time and its size. Close it when the process stops.
 */
export function createUpstreamHttp(options: UpstreamHttpOptions): UpstreamHttp {
  const { timeoutMs = 5_000, maxBytes = 512 * 1024, connections = 64 } = options;
  const allowed = options.allowedOrigins === 'any-public' ? 'any-public' : new Set(options.allowedOrigins);
  const secureContext = createSecureContext(
    options.ca === undefined ? {} : { ca: [...rootCertificates, ...[options.ca].flat()] },
  );
  const agent = new Agent({
    connections,
    pipelining: 1,
    connect:
      allowed === 'any-public'
        ? guardedConnect({
            ...{ secureContext, timeoutMs, privateOrigins: new Set(options.privateOrigins) },
            ...(options.resolve && { resolve: options.resolve }),
          })
        : { secureContext, timeout: timeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 32 * 1024,
  });

  async function request(url: string, asked: UpstreamRequest = {}): Promise<UpstreamAnswer> {
    const target = checkedUrl(url, allowed);
    const limit = asked.maxBytes ?? maxBytes;
    return withDeadline(asked.timeoutMs ?? timeoutMs, asked.signal, async (signal) => {
      const answer = await agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: asked.method ?? 'GET',
        headers: { 'accept-encoding': 'identity', ...formHeaders(asked), ...asked.headers },
        body: asked.form ? new URLSearchParams(asked.form).toString() : null,
        signal,
      });
      const headers = singleHeaders(answer.headers);
      const bytes = await readBody(answer.body, headers, limit);
      if (answer.statusCode >= 300 && answer.statusCode < 400)
        throw new UpstreamHttpError('redirected', answer.statusCode);
      return { status: answer.statusCode, headers, bytes };
    });
  }

  return {
    request,
    async json(url, asked) {
      const { bytes, ...rest } = await request(url, {
        ...asked,
        headers: { accept: 'application/json', ...asked?.headers },
      });
      return { ...rest, json: parseJson(bytes, rest.status) };
    },
    close: () => agent.destroy(),
  };
}

/**
 * Runs work under its own timer. AbortSignal.timeout can be collected on Node 20 while a body is read and then never
 * fires; this timer is held by the event loop until the work ends.
 */
async function withDeadline<T>(ms: number, outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) {
  const controller = new AbortController();
  const abort = () => controller.abort(new UpstreamHttpError('aborted'));
  const timer = setTimeout(() => controller.abort(new UpstreamHttpError('timed-out')), ms);
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof UpstreamHttpError) throw error;
    if (controller.signal.reason instanceof UpstreamHttpError) throw controller.signal.reason;
    throw new UpstreamHttpError('unreachable', undefined, { cause: error });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}

function formHeaders({ form }: UpstreamRequest): Record<string, string> {
  return form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
}

function singleHeaders(headers: Record<string, string | string[] | undefined>): UpstreamAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function parseJson(bytes: Buffer, status: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new UpstreamHttpError('not-json', status);
  }
}
