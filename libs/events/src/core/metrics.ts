import { Counter, Gauge, Histogram, register } from 'prom-client';

/** Services may share one process, so a metric that is there is used again. */
const once = <T>(name: string, make: () => T): T => (register.getSingleMetric(name) as T | undefined) ?? make();

const counter = (name: string, help: string, labelNames: string[] = ['service', 'topic']) =>
  once(name, () => new Counter({ name, help, labelNames }));
const gauge = (name: string, help: string, labelNames: string[] = ['service']) =>
  once(name, () => new Gauge({ name, help, labelNames }));

export const metrics = {
  published: counter('events_published_total', 'Events that the log has acknowledged.', ['service']),
  publishFailures: counter('events_publish_failures_total', 'Batches that the log did not take.', ['service']),
  leader: gauge('events_relay_leader', '1 where this process publishes for its service.'),
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
  age: once(
    'events_age_seconds',
    () =>
      new Histogram({
        name: 'events_age_seconds',
        help: 'Time from an event being told to its effect being stored here.',
        labelNames: ['service', 'topic'],
        buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
      }),
  ),
};

type OutboxSize = { rows: number; oldestSeconds: number };
const outboxes = new Map<string, () => Promise<OutboxSize>>();

const outboxAge = gauge('events_outbox_oldest_age_seconds', 'Age of the oldest event that is not published.');
once(
  'events_outbox_rows',
  () =>
    new Gauge({
      name: 'events_outbox_rows',
      help: 'Events that are not published.',
      labelNames: ['service'],
      async collect() {
        for (const [service, measure] of outboxes) {
          const size = await measure().catch(() => undefined);
          if (!size) continue;
          this.set({ service }, size.rows);
          outboxAge.set({ service }, size.oldestSeconds);
        }
      },
    }),
);

/** Has the outbox measured whenever metrics are read. */
export function watchOutbox(service: string, measure: () => Promise<OutboxSize>): () => void {
  outboxes.set(service, measure);
  return () => void outboxes.delete(service);
}
