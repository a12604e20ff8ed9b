import { Database, type EventLogSettings, openDataSource, Outbox, type Says } from '@homerealm/events';
import { type RunningKafka, type RunningPostgres, startKafka, startPostgres } from '@homerealm/testing';

/** A database with the tables of libs/events and two of its own, as a service has one. */
export type Service = { url: string; database: Database; outbox: Outbox; close(): Promise<void> };

/** What the measurements run on. */
export type World = {
  /** Started by the first who asks. */
  kafka(): Promise<RunningKafka>;
  /** An empty database; `name` is also the service's. */
  openService(name: string): Promise<Service>;
  logSettings(kind: 'kafka' | 'postgres-log'): Promise<EventLogSettings>;
  close(): Promise<void>;
};

const complain = (line: string) => void process.stderr.write(`${line}\n`);
/** Says only what should not happen. */
export const silent: Says = { info: () => {}, warn: complain, error: complain };

/** A Postgres that is as careful as in production (fsync and all), and a Kafka of our own. */
export async function openWorld(): Promise<World> {
  const postgres: RunningPostgres = await startPostgres({ unsafe: false });
  let starting: Promise<RunningKafka> | undefined;
  const kafka = () => (starting ??= startOwnKafka());
  let databases = 0;
  return {
    kafka,
    openService: async (name) => openService(name, await postgres.createDatabase(`${name}_${++databases}`)),
    logSettings: async (kind) =>
      kind === 'kafka'
        ? { EVENT_LOG: kind, KAFKA_BROKERS: (await kafka()).brokers }
        : { EVENT_LOG: kind, EVENT_LOG_DATABASE_URL: await postgres.createDatabase(`log_${++databases}`) },
    close: async () => {
      await (await starting)?.close();
      await postgres.stop();
    },
  };
}

async function startOwnKafka(): Promise<RunningKafka> {
  const kafka = await startKafka({ own: true });
  if (!kafka) throw new Error('this bench needs a real Kafka: Docker, or Java 17 and Maven');
  return kafka;
}

export async function openService(name: string, url: string): Promise<Service> {
  const source = await openDataSource({ service: name, url, poolSize: 20, entities: [], migrations: [] });
  await source.query('CREATE TABLE IF NOT EXISTS place (parcel_id text PRIMARY KEY, moves bigint NOT NULL)');
  await source.query(
    'CREATE TABLE IF NOT EXISTS move (id bigserial PRIMARY KEY, parcel_id text NOT NULL, seq bigint NOT NULL)',
  );
  const database = new Database(source);
  return { url, database, outbox: new Outbox(database, name), close: () => source.destroy() };
}
