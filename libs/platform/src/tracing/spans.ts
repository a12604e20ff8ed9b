import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** A call to another service of ours. Addresses are templates: what a real one holds may be somebody's id. */
export type OwnCall = { service: string; method: string; route: string };

/**
 * Runs a call to one of our services in a span of its own.
 * @param work gets the headers that let the trace go on over there; none while tracing is off
 * @returns what the work returns; what it throws is thrown on
 */
export function callOwn<T>(call: OwnCall, work: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  const { service, method, route } = call;
  const about = { 'peer.service': service, 'http.request.method': method, 'url.template': route };
  return inSpan(`${method} ${service}${route}`, SpanKind.CLIENT, about, () => {
    const headers: Record<string, string> = {};
    propagation.inject(context.active(), headers);
    return work(headers);
  });
}

/**
 * Runs calls to an identity provider in a span of its own. Nothing of the trace is told to the provider.
 * @param what what is asked for, for example `complete sign-in`
 * @param strategy which kind of provider
 */
export function callProvider<T>(what: string, strategy: string, work: () => Promise<T>): Promise<T> {
  return inSpan(what, SpanKind.CLIENT, { 'peer.service': strategy }, work);
}

/** Says of the span at hand which sign-in attempt it is about, so that an admin finds the trace by the attempt's id. */
export function tellAttempt(attemptId: string): void {
  trace.getActiveSpan()?.setAttribute('homerealm.attempt_id', attemptId);
}

/** Ids of the trace at hand for a log line; empty while there is none. */
export function traceIds(): { traceId?: string; spanId?: string } {
  const at = trace.getActiveSpan()?.spanContext();
  return at === undefined ? {} : { traceId: at.traceId, spanId: at.spanId };
}

/** Asked for each time: a tracer that is kept stays with the provider that was there first. */
const tracer = () => trace.getTracer('@homerealm/platform');

function inSpan<T>(name: string, kind: SpanKind, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer().startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The kind of an error only: its words may hold personal data. */
function fail(span: Span, error: unknown): void {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown');
  span.setStatus({ code: SpanStatusCode.ERROR });
}
