import type { TracingSettings } from './settings.js';
import type { Tracing, TracingNews } from './tracing.js';

export type { Tracing, TracingNews } from './tracing.js';

/**
 * Turns tracing on for this process when the settings name a collector; otherwise nothing is loaded and every span is
 * free. Spans go out in batches in the background; a collector that is down costs traces, never a request.
 * @param service `service.name` of every span
 */
export async function startTracing(service: string, settings: TracingSettings, hears: TracingNews): Promise<Tracing> {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return { close: () => Promise.resolve() };
  const { openTracing } = await import('./open-tracing.js');
  return openTracing(service, settings, hears);
}
