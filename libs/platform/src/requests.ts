import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { Histogram, register } from 'prom-client';

export type RequestsOptions = {
  /** Anybody may call, so what callers say of traces is not believed: a request begins a trace of its own. */
  isPublic?: boolean | undefined;
};

const routes = new WeakMap<IncomingMessage, string>();
const contexts = new WeakMap<IncomingMessage, Context>();
/** Asked for every few seconds by machines, which would bury everything else. */
const unseen = new Set(['/healthz', '/readyz', '/metrics']);

/** Says by which route a request is answered: a template, never the address itself, which may hold ids and codes. */
export function nameRoute(request: IncomingMessage, route: string): void {
  routes.set(request, route);
}

/** Goes on inside the trace of the request: events of its body come from the connection, which knows of no trace. */
export function inRequest(request: IncomingMessage, work: () => void): void {
  const at = contexts.get(request);
  if (at === undefined) work();
  else context.with(at, work);
}

/** Measures every request of the server, and traces it; also those that never reach the web framework. */
export function watchRequests(server: Server, options: RequestsOptions): void {
  const histogram = durations();
  const listeners = server.listeners('request') as RequestListener[];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    for (const listener of listeners) listener.call(server, request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const stop = histogram.startTimer();
    const span = startSpan(request, options);
    response.once('close', () => {
      const [method, route, status] = [request.method ?? 'none', routes.get(request) ?? 'none', response.statusCode];
      stop({ method, route, status });
      if (span) endSpan(span, { method, route, status });
    });
    inRequest(request, () => answer(request, response));
  });
}

function startSpan(request: IncomingMessage, { isPublic }: RequestsOptions): Span | undefined {
  if (unseen.has(request.url ?? '')) return undefined;
  const caller = isPublic ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, request.headers);
  const tracer = trace.getTracer('@homerealm/platform');
  const span = tracer.startSpan(request.method ?? 'none', { kind: SpanKind.SERVER }, caller);
  // While tracing is off a span without a caller is nothing, and there is no context to keep.
  if (trace.isSpanContextValid(span.spanContext())) contexts.set(request, trace.setSpan(caller, span));
  return span;
}

function endSpan(span: Span, { method, route, status }: { method: string; route: string; status: number }): void {
  span.updateName(`${method} ${route}`);
  span.setAttributes({ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Services may share one process, so a metric that is there is used again. */
function durations(): Histogram {
  const name = 'http_request_duration_seconds';
  const known = register.getSingleMetric(name) as Histogram | undefined;
  if (known) return known;
  const help = 'Time from the first byte in to the last byte out.';
  return new Histogram({ name, help, labelNames: ['method', 'route', 'status'] });
}
