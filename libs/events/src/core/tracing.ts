import {
  type Attributes,
  context,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { OutboxRow } from './envelope.js';
import type { StoredRecord } from './event-log.port.js';

/** What became of an event at a consumer. */
export type Outcome = 'applied' | 'failed' | 'duplicate' | 'parked';

/** Asked for each time: a tracer that is kept stays with the provider that was there first. */
const tracer = () => trace.getTracer('@homerealm/events');

/** Somebody registered tracing in this process. Without that no span is begun, and nothing is copied for one. */
const isTracing = (): boolean => propagation.fields().length > 0;

/**
 * Publishes in a `send <topic>` span for each event, in the trace the event was told in. The rows that the work gets
 * carry their span as `traceparent`, so that consumers go on from there. A try that fails leaves no span: during an
 * outage there would be nothing else.
 * @param work publishes the rows it is given; what it throws is thrown on
 */
export async function inPublishSpan<T>(
  rows: OutboxRow[],
  service: string,
  work: (rows: OutboxRow[]) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work(rows);
  const spans: Span[] = [];
  const traced = rows.map((row) => {
    const told = contextOf(row.traceparent);
    const span = tracer().startSpan(
      `send ${row.topic}`,
      { kind: SpanKind.PRODUCER, attributes: aboutRow(row, service) },
      told,
    );
    spans.push(span);
    return { ...row, traceparent: traceparentOf(trace.setSpan(told, span)) ?? row.traceparent };
  });
  const result = await work(traced);
  for (const span of spans) span.end();
  return result;
}

/**
 * Runs a handler in a `process <topic>` span, in the trace its event came with. The span ends with the handler, before
 * the transaction does: what is rolled back and run again is seen twice.
 * @param record undefined where only the trace is known: then there is no span, but the trace goes on
 */
export function inProcessSpan<T>(
  { service, record, traceparent }: { service?: string; record?: StoredRecord; traceparent: string | undefined },
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work();
  const parent = contextOf(traceparent);
  if (!record || service === undefined) return context.with(parent, work);
  const span = startProcess(service, record, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      const result = await work();
      endProcess(span, 'applied');
      return result;
    } catch (error) {
      endProcess(span, 'failed', Object(error) as { name?: unknown });
      throw error;
    }
  });
}

/** Leaves a `process <topic>` span without length, for an event that no handler saw. */
export function noteOutcome(service: string, record: StoredRecord, outcome: Outcome, reason?: string): void {
  if (!isTracing()) return;
  const span = startProcess(service, record, contextOf(record.headers['traceparent']));
  if (reason !== undefined) span.setAttribute(names.reason, reason);
  endProcess(span, outcome);
}

/** The trace at hand in the form it travels in; undefined outside of one. */
export function traceparentOf(at: Context = context.active()): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(at, carrier);
  return carrier['traceparent'];
}

const contextOf = (traceparent: string | null | undefined): Context =>
  traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : ROOT_CONTEXT;

function startProcess(service: string, record: StoredRecord, parent: Context): Span {
  const attributes = aboutRecord(record, service);
  return tracer().startSpan(`process ${record.topic}`, { kind: SpanKind.CONSUMER, attributes }, parent);
}

/** The kind of an error only: its words may hold personal data. */
function endProcess(span: Span, outcome: Outcome, error?: { name?: unknown }): void {
  span.setAttribute(names.outcome, outcome);
  if (error) span.setAttribute(names.errorType, typeof error.name === 'string' ? error.name : 'unknown');
  if (outcome === 'failed' || outcome === 'parked') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/**
 * Attribute names of messaging spans. OpenTelemetry's own are still in development, so they stand here only. Subjects
 * are ids of ours; nothing that stands in an event's data is ever an attribute.
 */
const names = {
  system: 'messaging.system',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  topic: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  eventId: 'messaging.message.id',
  offset: 'messaging.kafka.offset',
  key: 'messaging.kafka.message.key',
  client: 'messaging.client.id',
  type: 'homerealm.event.type',
  sequence: 'homerealm.event.sequence',
  outcome: 'homerealm.outcome',
  reason: 'homerealm.reason',
  errorType: 'error.type',
} as const;

const aboutRow = (row: OutboxRow, service: string): Attributes => ({
  [names.system]: 'kafka',
  [names.operation]: 'send',
  [names.operationType]: 'send',
  [names.client]: service,
  [names.topic]: row.topic,
  [names.key]: row.subject,
  [names.eventId]: row.event_id,
  [names.type]: row.type,
  [names.sequence]: Number(row.sequence),
});

const aboutRecord = ({ topic, partition, offset, key, headers }: StoredRecord, service: string): Attributes => ({
  [names.system]: 'kafka',
  [names.operation]: 'process',
  [names.operationType]: 'process',
  [names.group]: service,
  [names.topic]: topic,
  [names.partition]: String(partition),
  [names.offset]: Number(offset),
  ...(key !== null && { [names.key]: key }),
  [names.eventId]: headers['ce_id'] ?? '',
  [names.type]: headers['ce_type'] ?? '',
  [names.sequence]: Number(headers['ce_sequence'] ?? 0),
});
