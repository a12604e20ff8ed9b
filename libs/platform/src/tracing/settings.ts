import { z } from 'zod';

/** Where traces go. The names are OpenTelemetry's own, so that operators find what they know. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe('Collector that takes traces (OTLP over HTTP, JSON), for example http://127.0.0.1:4318. Off without it.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .transform(parseHeaders)
    .describe('Headers for the collector, `name=value`, comma separated; values are percent-encoded. Secret.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of traces that is kept, 0 to 1. Where a trace came from another service, that one has decided.'),
};

export type TracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: Record<string, string> | undefined;
  OTEL_TRACES_SAMPLER_ARG?: number;
};

function parseHeaders(list: string | undefined, problems: z.RefinementCtx): Record<string, string> | undefined {
  if (list === undefined) return undefined;
  try {
    const entries = list.split(',').map((entry) => /^\s*([\w!#$%&'*+.^`|~-]+)=(.*?)\s*$/.exec(entry) ?? []);
    if (entries.some(({ length }) => length === 0)) throw new Error();
    return Object.fromEntries(entries.map(([, name = '', value = '']) => [name, decodeURIComponent(value)]));
  } catch {
    problems.addIssue({ code: 'custom', message: 'is a list of name=value' });
    return z.NEVER;
  }
}
