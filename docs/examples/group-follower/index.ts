import { createServer } from 'node:http';
import * as homerealm from '@homerealm/events/consumer';
import { on, startFrom, type Sql } from '@homerealm/events/consumer';

const { DATABASE_URL = '', KAFKA_BROKERS = '', PORT = '8080' } = process.env;
const { groupsStateTopic, groupsTopic, userTopic } = homerealm;

const database = new homerealm.PgDatabase({ url: DATABASE_URL });
for (const table of [
  `door_list (user_id text PRIMARY KEY, groups text[] NOT NULL, erased boolean NOT NULL DEFAULT false)`,
  `door_journal (id bigserial PRIMARY KEY, user_id text NOT NULL, sequence bigint NOT NULL, groups text[] NOT NULL)`,
])
  await database.sql.query(`CREATE TABLE IF NOT EXISTS ${table}`);

/** That a user was erased is told on another topic, and may come here first: then nothing is kept any more. */
const keep = (sql: Sql, userId: string, groups: string[], sequence: number) =>
  sql.query(
    `WITH kept AS (INSERT INTO door_list (user_id, groups) VALUES ($1, $2) ON CONFLICT (user_id)
       DO UPDATE SET groups = excluded.groups WHERE NOT door_list.erased RETURNING user_id, groups)
     INSERT INTO door_journal (user_id, groups, sequence) SELECT user_id, groups, $3::bigint FROM kept`,
    [userId, groups, sequence],
  );
const erase = (sql: Sql, userId: string) =>
  sql.query(
    `WITH gone AS (DELETE FROM door_journal WHERE user_id = $1)
     INSERT INTO door_list VALUES ($1, '{}', true) ON CONFLICT (user_id) DO UPDATE SET groups = '{}', erased = true`,
    [userId],
  );

const tables = ['door_list', 'door_journal'];
const consumer = await homerealm.startConsumer({
  name: 'group-follower',
  log: { kafka: { brokers: KAFKA_BROKERS.split(',') } },
  database,
  handlers: [
    startFrom(groupsStateTopic, async ({ data, sequence }, { sql }) => {
      if (data?.groups) await keep(sql, data.userId, data.groups, sequence);
    }),
    on(
      groupsTopic,
      async ({ data, sequence }, { sql }) => {
        if (data.completeness === 'complete') await keep(sql, data.userId, data.groups, sequence);
      },
      { tables },
    ),
    on(userTopic, { UserDeleted: ({ subject }, { sql }) => erase(sql, subject) }, { tables }),
  ],
});

/** GET /door/<user>: the groups of the user; 503 while nobody can vouch for them, and the door stays shut. */
createServer(async ({ url = '' }, response) => {
  const userId = url.split('/')[2] ?? '';
  const isFresh = await consumer.isFresh(groupsTopic, userId).catch(() => false);
  const sql = 'SELECT groups FROM door_list WHERE user_id = $1';
  const [row] = isFresh ? await database.sql.query<{ groups: string[] }>(sql, [userId]).catch(() => []) : [];
  response.writeHead(isFresh ? 200 : 503).end(JSON.stringify(row?.groups ?? []));
}).listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => void consumer.close().then(() => process.exit(0)));
