import { randomBytes } from 'node:crypto';
import { whyNoKafka } from './kafka-choice.js';
import { describeUnless } from './describe-unless.js';
import { createDatabaseAt } from './postgres.js';

/** The Jest run's own servers, started by its global set-up when a suite first asks for one. */
async function askRun(what: string): Promise<Record<string, unknown>> {
  const address = process.env['HOMEREALM_TEST_SERVERS'];
  if (!address) throw new Error('This run has no test servers; start it with a jest.config.mjs of this repository.');
  const answer = await fetch(`${address}/${what}`, { method: 'POST', headers: { connection: 'close' } });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(String(body['says']));
  return body;
}

let admin: Promise<string> | undefined;

/**
 * Creates a fresh, empty database on this run's PostgreSQL and gives its URL.
 * @param name helps to read logs; it need not be unique
 */
export async function createDatabase(name: string): Promise<string> {
  admin ??= askRun('postgres').then((body) => String(body['adminUrl']));
  const adminUrl = await admin;
  const unique = `${name.replace(/[^a-z0-9_]+/gi, '_')}_${randomBytes(4).toString('hex')}`;
  await createDatabaseAt(adminUrl, unique);
  return adminUrl.replace(/\/[^/]+$/, `/${unique}`);
}

let brokers: Promise<string[]> | undefined;

/** The brokers of this run's Kafka, started on first use. Use topic and group names of your own. */
export async function kafkaBrokers(): Promise<string[]> {
  brokers ??= askRun('kafka').then((body) => body['brokers'] as string[]);
  return brokers;
}

/** The first start on a machine fetches the broker. */
const patience = 300_000;

/**
 * `describe` for suites that need a real Kafka. Without one the suite is skipped with the reason in its title; with
 * CI=true it fails. This run's broker is there before the first test, unless the suite brings a broker of its own.
 */
export function describeWithKafka(title: string, suite: () => void, { own = false }: { own?: boolean } = {}): void {
  const missing = process.env['HOMEREALM_KAFKA'] === 'none' ? `there is ${whyNoKafka}` : undefined;
  describeUnless(missing, title, () => {
    const { beforeAll } = globalThis as unknown as { beforeAll: (work: () => unknown, timeout: number) => void };
    if (!own) beforeAll(kafkaBrokers, patience);
    suite();
  });
}
