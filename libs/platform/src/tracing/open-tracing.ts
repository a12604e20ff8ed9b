import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from './settings.js';
import type { Tracing, TracingNews } from './tracing.js';

const longestExport = 5_000;
const longestFlush = 2_000;

/** Loads the SDK and registers it for the process. Loaded only where a collector is named. */
export function openTracing(service: string, settings: TracingSettings, hears: TracingNews): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'homerealm', 'service.name': service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.OTEL_TRACES_SAMPLER_ARG ?? 1) }),
    spanLimits: { attributeValueLengthLimit: 256, attributeCountLimit: 32 },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: telling(openExporter(settings), hears),
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: longestExport,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return { close: () => close(provider) };
}

function openExporter(settings: TracingSettings): SpanExporter {
  return new OTLPTraceExporter({
    url: `${settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: longestExport,
    ...(settings.OTEL_EXPORTER_OTLP_HEADERS && { headers: settings.OTEL_EXPORTER_OTLP_HEADERS }),
  });
}

/** Only the kind of a failure is told: its words could hold the collector's address, and so a password. */
function telling(exporter: SpanExporter, hears: TracingNews): SpanExporter {
  let last: string | undefined;
  const tell = (state: 'delivered' | 'refused', error?: Error) => {
    if (state === last) return;
    last = state;
    hears(state, error && String((error as { code?: unknown }).code ?? error.name));
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        tell(result.code === ExportResultCode.SUCCESS ? 'delivered' : 'refused', result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

async function close(provider: TracerProvider): Promise<void> {
  const limit = new Promise<void>((resume) => setTimeout(resume, longestFlush).unref());
  await Promise.race([provider.shutdown().catch(() => {}), limit]);
  trace.disable();
  propagation.disable();
  context.disable();
}
