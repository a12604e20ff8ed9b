import type { TracingSettings } from './settings.js';

/** Hears, once each time it changes, whether the collector takes what we send. */
export type TracingNews = (state: 'delivered' | 'refused', reason?: string) => void;

export type Tracing = {
  /** Sends what is left, for two seconds at most, and turns tracing off. Never throws. */
  close(): Promise<void>;
};

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
