import { Gauge, register } from 'prom-client';

export type Sample = { labels: Record<string, string>; value: number };
export type MeasuredGauge = {
  /** Measures for this service whenever metrics are read. @returns ends it, and takes its series away */
  watch(service: string, measure: () => Promise<Sample[]>): () => void;
};

const longestMeasurement = 3_000;

/**
 * A gauge whose value is measured when metrics are read. What cannot be measured in three seconds is left out: an old
 * number would look healthy.
 * @param labelNames beside `service`
 */
export function measuredGauge(name: string, help: string, labelNames: string[] = []): MeasuredGauge {
  const sources = new Map<string, () => Promise<Sample[]>>();
  // Where this library is loaded twice, the last one measures.
  register.removeSingleMetric(name);
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['service', ...labelNames],
    async collect() {
      const measured = await Promise.all([...sources].map(([service, measure]) => measureNow(service, measure)));
      this.reset();
      for (const { labels, value } of measured.flat()) this.set(labels, value);
    },
  });
  return {
    watch(service, measure) {
      sources.set(service, measure);
      return () => {
        if (sources.get(service) === measure) sources.delete(service);
        gauge.reset();
      };
    },
  };
}

async function measureNow(service: string, measure: () => Promise<Sample[]>): Promise<Sample[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Sample[]>((resume) => (timer = setTimeout(() => resume([]), longestMeasurement)));
  try {
    const samples = await Promise.race([measure(), late]);
    return samples.map(({ labels, value }) => ({ labels: { service, ...labels }, value }));
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
