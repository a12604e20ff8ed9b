import type { Exchange } from './exchange.js';

export type RecordedRequest = {
  id: number;
  at: string;
  endpoint: string;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: Record<string, string | string[]> | null;
  tenantId: string | null;
  clientId: string | null;
  status: number | null;
  correlationId: string;
  faults: string[];
};

const limit = 2_000;
const secretFields =
  /^(client_secret|client_assertion|code|code_verifier|refresh_token|passwd|password|id_token_hint|access_token|ctx)$/;
const shownHeaders = ['accept', 'client-request-id', 'consistencylevel', 'content-type', 'origin', 'user-agent'];

/** What was asked, newest last, without any secret: a test looks here for what really went over the wire. */
export class RequestLog {
  private requests: RecordedRequest[] = [];
  private count = 0;

  add(exchange: Exchange, status: number | null): void {
    if (exchange.endpoint === 'control' || exchange.endpoint === 'page') return;
    this.count += 1;
    this.requests.push({
      id: this.count,
      at: new Date().toISOString(),
      endpoint: exchange.endpoint,
      method: exchange.method,
      path: exchange.url.pathname,
      query: withoutSecrets(exchange.url.searchParams),
      headers: visibleHeaders(exchange),
      body: exchange.form.size > 0 ? withoutSecrets(exchange.form) : null,
      tenantId: exchange.tenantId ?? null,
      clientId: exchange.clientId ?? null,
      status,
      correlationId: exchange.correlationId,
      faults: [...exchange.faults],
    });
    if (this.requests.length > limit) this.requests.shift();
  }

  list(): readonly RecordedRequest[] {
    return this.requests;
  }

  clear(): void {
    this.requests = [];
  }
}

function withoutSecrets(fields: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(fields.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = fields.getAll(name).map((value) => (secretFields.test(name) ? '[redacted]' : value));
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** The authorization header is reduced to its scheme; cookies are left out. */
function visibleHeaders({ headers }: Exchange): Record<string, string> {
  const shown = shownHeaders.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const scheme = headers.authorization?.split(' ')[0];
  return { ...Object.fromEntries(shown), ...(scheme ? { authorization: `${scheme} [redacted]` } : {}) };
}
