import { allTopics, type AnyTopic } from '@homerealm/contracts';
import { ConsumerGroup, migrateConsumer, openEventLog, PgDatabase } from '@homerealm/events';
import { configurePoints } from '@homerealm/events/operations';

/**
 * A consumer of somebody else, as a process of its own. It writes down every event it applies into a table that would
 * take the same event twice, and in any order: only the inbox stands between.
 */
const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

const database = new PgDatabase({ url: need('DATABASE_URL') });
const log = openEventLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: need('KAFKA_BROKERS').split(',') });
const service = 'outside';
const topics = allTopics.filter(({ readers, policy }: AnyTopic) => readers === 'any' && policy.cleanup === 'delete');
configurePoints(process.env['CRASH_POINTS'], service);
process.stdin.on('end', () => process.exit(0)).resume();

for (;;) {
  try {
    await migrateConsumer(database);
    await database.sql.query(`CREATE TABLE IF NOT EXISTS effect (
      id bigserial PRIMARY KEY, topic text NOT NULL, subject text NOT NULL, sequence bigint NOT NULL,
      event_id text NOT NULL)`);
    break;
  } catch {
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

const says = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
const group = new ConsumerGroup({
  ...{ service, database, log, topics },
  says: { info: says, warn: says, error: says },
  handle: async (event, _decoded, record) => {
    await database.sql.query('INSERT INTO effect (topic, subject, sequence, event_id) VALUES ($1, $2, $3, $4)', [
      ...[record.topic, event.subject, event.sequence, event.id],
    ]);
  },
  onFatal: () => process.exit(1),
});
group.start();
