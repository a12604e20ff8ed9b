/** Creates a fresh, empty database on this run's Postgres server and gives its URL. The name only helps to read logs. */
export async function createDatabase(name: string): Promise<string> {
  throw new Error(`not ready: ${name}`);
}

/** The brokers of this run's Kafka, started on first use. */
export async function kafkaBrokers(): Promise<string[]> {
  throw new Error('not ready');
}

/**
 * `describe` for suites that need a real Kafka. Without one the suite is skipped with the reason in its title; with
 * CI=true it fails.
 */
export function describeWithKafka(title: string, suite: () => void): void {
  const { describe } = globalThis as unknown as { describe: (title: string, suite: () => void) => void };
  describe(title, suite);
}
