import { createServer, type IncomingMessage, type Server } from 'node:http';
import { bodyOf, closeServer, listenOnLoopback } from '@homerealm/testing';

/** A span as a collector sees it. */
export type CollectedSpan = {
  service: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  attributes: Record<string, unknown>;
};

type Attribute = { key: string; value: Record<string, unknown> };
type SentSpan = Omit<CollectedSpan, 'service' | 'kind' | 'attributes'> & { kind: number; attributes: Attribute[] };
type Sent = {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[];
};

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** The least there is of an OpenTelemetry collector: takes OTLP as JSON and keeps everything. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** All that was sent, as text. */
  text = '';

  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
  ) {
    server.on('request', (request, response) => {
      void this.take(request).finally(() => response.setHeader('content-type', 'application/json').end('{}'));
    });
  }

  static async start(): Promise<Collector> {
    const server = createServer();
    return new Collector(server, `http://127.0.0.1:${await listenOnLoopback(server)}`);
  }

  /** Spans in the trace in which this one is. */
  traceOf({ traceId }: CollectedSpan): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  stop(): Promise<void> {
    return closeServer(this.server);
  }

  private async take(request: IncomingMessage): Promise<void> {
    const text = await bodyOf(request);
    this.text += text;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Sent).resourceSpans) {
      const service = String(toRecord(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => toSpan(service, span)));
    }
  }
}

const toSpan = (service: string, { kind, attributes, ...span }: SentSpan): CollectedSpan => ({
  ...{ service, name: span.name, traceId: span.traceId, spanId: span.spanId },
  parentSpanId: span.parentSpanId || undefined,
  kind: kinds[kind] ?? 'internal',
  attributes: toRecord(attributes),
});

const toRecord = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
