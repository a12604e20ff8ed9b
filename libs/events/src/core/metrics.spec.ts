import { readFileSync } from 'node:fs';
import { register } from 'prom-client';
import { metrics, timePublish, watchConsumer, watchOutbox } from './metrics.js';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const namesIn = (text: string) => [
  ...new Set((text.match(/\bevents_[a-z_]+\b/g) ?? []).map((name) => name.replace(/_(bucket|sum|count)$/, ''))),
];
const known = () => register.getMetricsAsArray().map(({ name }) => name);

describe('the numbers of the event machinery', () => {
  it.each(['deploy/prometheus/alerts.yml', 'docs/observability.md'])('%s names none that is not there', (path) => {
    const names = namesIn(read(path));
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !known().includes(name))).toEqual([]);
  });

  it('stand all in the docs, each with a sentence of its own', async () => {
    const named = namesIn(read('docs/observability.md'));
    expect(known().filter((name) => !named.includes(name))).toEqual([]);
    const helps = (await register.getMetricsAsJSON()).map(({ help }) => help);
    expect(helps.filter((help) => !/^[A-Z1].{15,}\.$/.test(help))).toEqual([]);
    expect(new Set(helps).size).toBe(helps.length);
  });

  it('are told apart by services, topics and partitions only', () => {
    const labels = register
      .getMetricsAsArray()
      .flatMap((metric) => (metric as { labelNames?: string[] }).labelNames ?? []);
    expect([...new Set(labels)].sort()).toEqual(['partition', 'service', 'topic']);
  });

  it('begin with what is watched, at 0', async () => {
    const ends = [
      watchOutbox('house', () => Promise.resolve({ rows: 3, oldestSeconds: 1.5 })),
      watchConsumer('house', {
        topics: ['lamp', 'bill'],
        parkedSubjects: () => Promise.resolve([{ topic: 'bill', subjects: 2 }]),
        lastSign: () => Date.now(),
      }),
    ];
    const text = await register.metrics();
    for (const line of [
      'events_outbox_rows{service="house"} 3',
      'events_outbox_oldest_age_seconds{service="house"} 1.5',
      'events_relay_leader{service="house"} 0',
      'events_relay_batches_in_flight{service="house"} 0',
      'events_publish_failures_total{service="house"} 0',
      'events_consumer_up{service="house"} 0',
      'events_gaps_total{service="house",topic="lamp"} 0',
      'events_parked_subjects{service="house",topic="lamp"} 0',
      'events_parked_subjects{service="house",topic="bill"} 2',
      'events_log_last_sign_age_seconds{service="house"} 0',
    ]) {
      expect(text).toContain(line);
    }
    ends.forEach((end) => end());
    expect(await register.metrics()).not.toContain('events_outbox_rows{');
  });

  it('leave out what cannot be measured now, rather than show what was', async () => {
    let works = true;
    const end = watchOutbox('house', () =>
      works ? Promise.resolve({ rows: 3, oldestSeconds: 1 }) : Promise.reject(new Error('no database')),
    );
    const other = watchOutbox('barn', () => Promise.resolve({ rows: 1, oldestSeconds: 1 }));
    expect(await register.metrics()).toContain('events_outbox_rows{service="house"} 3');
    works = false;
    const text = await register.metrics();
    expect(text).not.toContain('events_outbox_rows{service="house"}');
    expect(text).toContain('events_outbox_rows{service="barn"} 1');
    end();
    other();
  });

  it('time a batch only when the log has taken it', async () => {
    const seen = async () =>
      (await metrics.publishing.get()).values.find(({ metricName }) => metricName?.endsWith('_count'));
    await timePublish('house', () => Promise.resolve());
    await expect(timePublish('house', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await seen())?.value).toBe(1);
    expect((await metrics.inFlight.get()).values.find(({ labels }) => labels['service'] === 'house')?.value).toBe(0);
  });
});
