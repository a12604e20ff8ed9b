import { Kafka } from 'kafkajs';
import pg from 'pg';

const { DATABASE_URL, KAFKA_BROKERS = '' } = process.env;
const topic = 'profile-sync.groups.v1';
const group = 'plain-follower';

const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on('error', () => {});
await pool.query(`CREATE TABLE IF NOT EXISTS plain_list (user_id text PRIMARY KEY, groups text[] NOT NULL)`);
await pool.query(
  `CREATE TABLE IF NOT EXISTS plain_journal (user_id text NOT NULL, sequence bigint NOT NULL, groups text[] NOT NULL)`,
);
// How far we are with each subject, and whether it has stopped.
await pool.query(
  `CREATE TABLE IF NOT EXISTS plain_cursor (
     topic text, subject text, last bigint NOT NULL, stopped text, PRIMARY KEY (topic, subject))`,
);

/** One transaction for the cursor and the effect. */
async function inTransaction(work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    client.release(error);
    throw error;
  }
}

async function take(message) {
  const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, text]) => [name, String(text)]));
  const [subject, type, sequence] = [String(message.key), headers.ce_type, Number(headers.ce_sequence)];
  if (!message.key || !Number.isSafeInteger(sequence)) throw new Error('not an event: this partition needs a person');
  await inTransaction(async (client) => {
    // A row for the subject, locked: nobody else works at the same subject, even after a rebalance.
    await client.query('INSERT INTO plain_cursor VALUES ($1, $2, 0) ON CONFLICT DO NOTHING', [topic, subject]);
    const find = 'SELECT last, stopped FROM plain_cursor WHERE topic = $1 AND subject = $2 FOR UPDATE';
    const { last, stopped } = (await client.query(find, [topic, subject])).rows[0];
    if (sequence <= Number(last)) return; // It came again.
    if (stopped) return; // An earlier event is missing: read the topic from the beginning once that is mended.
    if (sequence !== Number(last) + 1) {
      console.error(`${topic}: a gap before ${type} ${headers.ce_id}; its subject stops here`);
      const stop = 'UPDATE plain_cursor SET stopped = $3 WHERE topic = $1 AND subject = $2';
      return client.query(stop, [topic, subject, `gap before ${sequence}`]);
    }
    if (type === 'GroupsSynced') await apply(client, sequence, JSON.parse(String(message.value)));
    // Types we do not know are skipped, and so are fields: both may be added within a major version.
    const move = 'UPDATE plain_cursor SET last = $3 WHERE topic = $1 AND subject = $2';
    await client.query(move, [topic, subject, sequence]);
  });
}

async function apply(client, sequence, { userId, completeness, groups }) {
  if (completeness !== 'complete') return; // Unknown removes nobody from anything.
  await client.query(
    `INSERT INTO plain_list VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET groups = excluded.groups`,
    [userId, groups],
  );
  await client.query('INSERT INTO plain_journal VALUES ($1, $2, $3)', [userId, sequence, groups]);
}

const restartOnFailure = async () => true; // Also after what the client takes for final.
const kafka = new Kafka({
  clientId: group,
  brokers: KAFKA_BROKERS.split(','),
  retry: { retries: 5, maxRetryTime: 2000, restartOnFailure },
});
const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000, retry: { restartOnFailure } });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  // The offset is committed after the transaction. What throws is delivered again; nothing behind it is taken before.
  eachMessage: ({ message }) => take(message),
});
process.once('SIGTERM', () => void consumer.disconnect().then(() => process.exit(0)));
