import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { becauseOf, causeOf, currentCause } from './cause.js';
import type { OutboxRow } from './envelope.js';
import type { StoredRecord } from './event-log.port.js';
import { inPublishSpan, noteOutcome } from './tracing.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const told = `00-${traceId}-b7ad6b7169203331-01`;

const row = (id: string, traceparent: string | null): OutboxRow => ({
  ...{ id, topic: 'house.lamp.v1', subject: 'lamp-1', sequence: id, revision: id, type: 'LampLit' },
  ...{ event_id: `event-${id}`, headers: {}, payload: '{"owner":"canary"}', traceparent, created_at: new Date() },
});

const record = (traceparent?: string): StoredRecord => ({
  ...{ topic: 'house.lamp.v1', partition: 2, offset: 7n, key: 'lamp-1', value: '{"owner":"canary"}' },
  headers: { ce_id: 'event-1', ce_type: 'LampLit', ce_sequence: '4', ...(traceparent && { traceparent }) },
});

describe('while nobody traces', () => {
  it('rows are published as they are', async () => {
    const rows = [row('1', told)];
    expect(await inPublishSpan(rows, 'house', (given) => Promise.resolve(given))).toBe(rows);
  });

  it('what a handler tells still belongs to the trace of its event', async () => {
    const cause = await becauseOf(causeOf('accounts', record(told)), () => Promise.resolve(currentCause()));
    expect(cause).toEqual({ causationId: 'event-1', traceparent: told });
  });
});

describe('while somebody traces', () => {
  const exporter = new InMemorySpanExporter();

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });

  beforeEach(() => exporter.reset());

  afterAll(() => {
    trace.disable();
    propagation.disable();
    context.disable();
  });

  const spans = () => exporter.getFinishedSpans();

  it('an event is sent in the trace it was told in, and consumers go on from the sending', async () => {
    const sent = await inPublishSpan([row('1', told), row('2', null)], 'house', (given) => Promise.resolve(given));
    const [first, second] = spans();
    expect(first?.spanContext().traceId).toBe(traceId);
    expect(first?.name).toBe('send house.lamp.v1');
    expect(first?.attributes).toMatchObject({ 'messaging.message.id': 'event-1', 'homerealm.event.sequence': 1 });
    expect(second?.spanContext().traceId).not.toBe(traceId);
    expect(sent.map(({ traceparent }) => traceparent)).toEqual(
      [first, second].map((span) => `00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`),
    );
  });

  it('a batch that the log refuses leaves no span', async () => {
    await expect(inPublishSpan([row('1', told)], 'house', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(spans()).toEqual([]);
  });

  it('an event is handled in its trace, and what the handler tells belongs to the handling', async () => {
    const cause = await becauseOf(causeOf('accounts', record(told)), () => Promise.resolve(currentCause()));
    const [span] = spans();
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span?.attributes).toMatchObject({
      'messaging.consumer.group.name': 'accounts',
      'messaging.kafka.message.key': 'lamp-1',
      'homerealm.event.sequence': 4,
      'homerealm.outcome': 'applied',
    });
    expect(cause).toEqual({ causationId: 'event-1', traceparent: `00-${traceId}-${span?.spanContext().spanId}-01` });
  });

  it('an error is told by its kind, never by its words', async () => {
    const work = () => Promise.reject(new RangeError('canary'));
    await expect(becauseOf(causeOf('accounts', record(told)), work)).rejects.toThrow('canary');
    expect(spans()[0]?.attributes).toMatchObject({ 'homerealm.outcome': 'failed', 'error.type': 'RangeError' });
    expect(spans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('an event that no handler saw is noted with the reason', () => {
    noteOutcome('accounts', record(told), 'duplicate');
    noteOutcome('accounts', record(told), 'parked', 'gap');
    expect(spans().map(({ attributes }) => [attributes['homerealm.outcome'], attributes['homerealm.reason']])).toEqual([
      ['duplicate', undefined],
      ['parked', 'gap'],
    ]);
    expect(spans().map((span) => span.spanContext().traceId)).toEqual([traceId, traceId]);
  });

  it('no span holds anything of an event’s data', async () => {
    await inPublishSpan([row('1', told)], 'house', () => Promise.resolve());
    await becauseOf(causeOf('accounts', record(told)), () => Promise.resolve());
    expect(JSON.stringify(spans().map(({ name, attributes }) => [name, attributes]))).not.toContain('canary');
  });

  it('a traceparent that makes no sense begins a new trace', async () => {
    await becauseOf(causeOf('accounts', record('00-nonsense-01')), () => Promise.resolve());
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
  });
});
