import { defineTopic } from '@homerealm/contracts';
import {
  ConsumerGroup,
  Database,
  event,
  type EventLog,
  type Handle,
  openDataSource,
  openEventLog,
  Outbox,
  Relay,
} from '@homerealm/events';
import { z } from 'zod';

/** The topic of one house; names are its own, so that houses can share a broker. */
export const lampTopicOf = (unique: string) =>
  defineTopic({
    ...{ name: `${unique}.lamp.v1`, owner: 'house', says: 'What happened to lamps.', key: 'lampId', partitions: 2 },
    ...{ policy: { cleanup: 'delete', retentionDays: 1 }, readers: 'any' },
    events: { LampLit: { says: 'It shines.', data: z.object({ lampId: z.string() }), example: {} } },
  });
export type LampTopic = ReturnType<typeof lampTopicOf>;

export const groupOf = (unique: string): string => `${unique}-bill`;

/** What every part of a house needs. */
export type Place = {
  unique: string;
  url: string;
  brokers: string[];
  topic: LampTopic;
  database: Database;
  outbox: Outbox;
  log: EventLog;
  wakeRelay: () => void;
};

/** The three parts of a service that tells and hears. Planted faults replace one of them. */
export type Parts = {
  /** Lights a lamp in one transaction; `held` keeps it open after everything is written. */
  light(place: Place, lampId: string, held: () => Promise<void>): Promise<void>;
  openRelay(place: Place): { start(): void; wake(): void };
  openConsumer(place: Place): { start(): void };
};

const words = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
export const says = { info: words, warn: words, error: words };

export const lightSql =
  'INSERT INTO lamp (lamp_id, lit) VALUES ($1, 1) ON CONFLICT (lamp_id) DO UPDATE SET lit = lamp.lit + 1';

/** The effect of an event: a row in a table that takes the same one twice. */
export const bill =
  ({ database }: Place): Handle =>
  async (lit, _decoded, { topic }) => {
    const values = [topic, lit.subject, lit.sequence, lit.id];
    await database.sql.query('INSERT INTO effect (topic, subject, sequence, event_id) VALUES ($1, $2, $3, $4)', values);
  };

/** As our services are built. */
export const sound: Parts = {
  async light({ database, outbox, topic }, lampId, held) {
    await database.transaction(async () => {
      await database.sql.query(lightSql, [lampId]);
      await outbox.append(event(topic, 'LampLit', lampId, { lampId }));
      await held();
    });
  },

  openRelay: ({ log, url, topic }) =>
    new Relay({ service: 'house', says, log, databaseUrl: url, prepare: () => log.ensureTopics([topic]) }),

  openConsumer: (place) =>
    new ConsumerGroup({
      ...{ service: groupOf(place.unique), database: place.database, log: place.log, topics: [place.topic], says },
      handle: bill(place),
      onFatal: () => process.exit(1),
    }),
};

/** Opens the house of this process: its database with all tables, and the log. */
export async function openPlace(unique: string, url: string, brokers: string[]): Promise<Place> {
  const source = await openDataSource({ service: 'house', url, poolSize: 10, entities: [], migrations: [] });
  await source.query('CREATE TABLE IF NOT EXISTS lamp (lamp_id text PRIMARY KEY, lit int NOT NULL)');
  await source.query(`CREATE TABLE IF NOT EXISTS effect (id bigserial PRIMARY KEY, topic text NOT NULL,
    subject text NOT NULL, sequence bigint NOT NULL, event_id text NOT NULL)`);
  const database = new Database(source);
  const place: Place = {
    ...{ unique, url, brokers, database, topic: lampTopicOf(unique), wakeRelay: () => {} },
    log: openEventLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: brokers }),
    outbox: new Outbox(database, 'house', () => place.wakeRelay()),
  };
  return place;
}
