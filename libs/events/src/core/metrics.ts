import { Counter, Gauge, Histogram, register } from 'prom-client';
import { measuredGauge } from './measured-gauge.js';

/**
 * Every number of the event machinery. Labels are bounded: services, topics and partitions, never a subject or an id.
 * docs/observability.md says what each means, and which to alert on.
 */

/** Services may share one process, so a metric that is there is used again. */
const once = <T>(name: string, make: () => T): T => (register.getSingleMetric(name) as T | undefined) ?? make();

const counter = (name: string, help: string, labelNames: string[] = ['service', 'topic']) =>
  once(name, () => new Counter({ name, help, labelNames }));
const gauge = (name: string, help: string, labelNames: string[] = ['service']) =>
  once(name, () => new Gauge({ name, help, labelNames }));
const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
  once(name, () => new Histogram({ name, help, labelNames, buckets }));

export const metrics = {
  published: counter('events_published_total', 'Events that the log has acknowledged.', ['service']),
  publishFailures: counter('events_publish_failures_total', 'Batches that the log did not take.', ['service']),
  leader: gauge('events_relay_leader', '1 where this process publishes for its service.'),
  inFlight: gauge('events_relay_batches_in_flight', 'Batches that the log has not acknowledged yet.'),
  publishing: histogram(
    'events_publish_duration_seconds',
    'Time from handing a batch to the log to its acknowledgement.',
    ['service'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  ),
  applied: counter('events_applied_total', 'Events whose effect is stored.'),
  duplicates: counter('events_duplicates_skipped_total', 'Events that came again or late, and were skipped.'),
  gaps: counter('events_gaps_total', 'Events that came before an earlier one of their subject.'),
  parked: counter('events_parked_total', 'Events put aside, with those that wait behind them.'),
  retries: counter('events_retries_total', 'Tries to apply an event that failed.'),
  consumerUp: gauge('events_consumer_up', '1 while the consumer is a member of its group.'),
  lag: gauge('events_consumer_lag', 'Records of the partition that are not applied yet.', [
    'service',
    'topic',
    'partition',
  ]),
  age: histogram(
    'events_age_seconds',
    'Time from an event being told to its effect being stored here.',
    ['service', 'topic'],
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
  ),
};

export type OutboxSize = { rows: number; oldestSeconds: number };

const outboxAge = measuredGauge(
  'events_outbox_oldest_age_seconds',
  'Age of the oldest event that is not published; 0 when none waits.',
);
const outboxRows = measuredGauge('events_outbox_rows', 'Events that are not published.');
const parkedSubjects = measuredGauge('events_parked_subjects', 'Subjects whose events are put aside now.', ['topic']);
const lastSign = measuredGauge(
  'events_log_last_sign_age_seconds',
  'Time since the consumer last heard of the log: a completed fetch or heartbeat.',
);

/**
 * Has the outbox measured whenever metrics are read. The series that say whether this process publishes begin with it,
 * at 0: an alert cannot see what is not there.
 * @returns ends it
 */
export function watchOutbox(service: string, measure: () => Promise<OutboxSize>): () => void {
  const labels = { service };
  for (const one of [metrics.leader, metrics.inFlight, metrics.published, metrics.publishFailures]) one.inc(labels, 0);
  const size = shared(measure);
  const ends = [
    outboxRows.watch(service, async () => [{ labels: {}, value: (await size()).rows }]),
    outboxAge.watch(service, async () => [{ labels: {}, value: (await size()).oldestSeconds }]),
  ];
  return () => ends.forEach((end) => end());
}

export type ConsumerWatch = {
  topics: readonly string[];
  /** How many subjects are stopped, for each topic that has any. */
  parkedSubjects(): Promise<{ topic: string; subjects: number }[]>;
  /** `Subscription.lastSign`; undefined while there is no subscription. */
  lastSign(): number | undefined;
};

/** Has the consumer measured whenever metrics are read. Its counters begin at 0 with this. @returns ends it */
export function watchConsumer(service: string, { topics, ...measures }: ConsumerWatch): () => void {
  metrics.consumerUp.inc({ service }, 0);
  const counters = [metrics.applied, metrics.duplicates, metrics.gaps, metrics.parked, metrics.retries];
  for (const topic of topics) for (const one of counters) one.inc({ service, topic }, 0);
  const began = Date.now();
  const ends = [
    parkedSubjects.watch(service, async () => {
      const stopped = new Map((await measures.parkedSubjects()).map(({ topic, subjects }) => [topic, subjects]));
      return topics.map((topic) => ({ labels: { topic }, value: stopped.get(topic) ?? 0 }));
    }),
    lastSign.watch(service, async () => {
      const silence = (Date.now() - (measures.lastSign() ?? began)) / 1000;
      return [{ labels: {}, value: Math.max(0, silence) }];
    }),
  ];
  return () => ends.forEach((end) => end());
}

/** Measures a batch on its way to the log. @returns what the work returns; what it throws is thrown on, and not timed */
export async function timePublish<T>(service: string, work: () => Promise<T>): Promise<T> {
  const stop = metrics.publishing.startTimer({ service });
  metrics.inFlight.inc({ service });
  try {
    const result = await work();
    stop();
    return result;
  } finally {
    metrics.inFlight.dec({ service });
  }
}

/** Two gauges of one reading of metrics share one measurement. */
function shared<T>(measure: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= measure().finally(() => (running = undefined)));
}
