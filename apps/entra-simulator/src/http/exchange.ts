import type { IncomingHttpHeaders } from 'node:http';

/** The kinds of door there are; faults and recorded requests name them. */
export const endpoints = [
  'metadata',
  'jwks',
  'authorize',
  'login',
  'token',
  'logout',
  'federation-metadata',
  'saml',
  'wsfed',
  'graph-profile',
  'graph-photo',
  'graph-groups',
  'control',
  'page',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** One request, read to its end, and what the handlers found out about it. */
export type Exchange = {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  cookies: Map<string, string>;
  body: string;
  /** The body's fields when it is a form, else empty. */
  form: URLSearchParams;
  /** The named parts of the path. */
  path: Record<string, string>;
  endpoint: Endpoint;
  correlationId: string;
  traceId: string;
  /** Filled in as soon as known: faults are scoped by them, and the record shows them. */
  tenantId?: string;
  tenantSegment?: string;
  clientId?: string;
  faults: string[];
};

/** What goes back. `hang` never answers; `flood` sends the body and then blanks until a bound is reached. */
export type Answer = {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  trick?: 'hang' | 'flood';
};

export function json(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

export function page(status: number, body: string, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      ...headers,
    },
    body,
  };
}

export function redirect(location: string, headers: Answer['headers'] = {}): Answer {
  return { status: 302, headers: { location, 'cache-control': 'no-store', ...headers } };
}

export const hang: Answer = { status: 200, trick: 'hang' };
