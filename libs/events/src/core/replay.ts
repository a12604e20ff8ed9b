import type { EventDatabase } from './event-database.js';
import type { EventLog } from './event-log.port.js';
import { reach } from './points.js';
import type { TopicPlan } from './replay-plan.js';

/**
 * Has a consumer apply the past of a topic again. The consumer must not run.
 *
 * The group's position is moved while the transaction that empties the consumer's tables is still open, and nobody can
 * move a cursor meanwhile. Whoever dies on the way leaves cursors and tables as they were, and at most a position in
 * the past: the consumer then reads what it has applied already, and skips it. Running it again does all of it.
 * @throws GroupBusyError when the group has members; then nothing has changed
 */
export async function replay(
  database: EventDatabase,
  log: EventLog,
  { consumer, plans }: { consumer: string; plans: readonly TopicPlan[] },
): Promise<void> {
  await database.transaction(async () => {
    const { sql } = database;
    await sql.query(`SET LOCAL lock_timeout = '10s'`);
    // A member that is still there, or starts this moment, waits here with its cursor.
    await sql.query('LOCK TABLE event_inbox IN SHARE ROW EXCLUSIVE MODE');
    await emptyTables(database, consumer, plans);
    for (const plan of plans) await (plan.whole ? forget(database, consumer, plan) : goBack(database, consumer, plan));
    for (const plan of plans) await beginCatchingUp(database, consumer, plan);
    for (const { topic, partitions } of plans) {
      await log.movePosition(consumer, topic.name, new Map([...partitions].map(([at, { to }]) => [at, to])));
    }
    for (const { topic, group, partitions } of plans.flatMap(({ starts }) => starts)) {
      await log.movePosition(group, topic.name, partitions);
    }
    reach('replay.moved');
  });
}

async function emptyTables(database: EventDatabase, consumer: string, plans: readonly TopicPlan[]): Promise<void> {
  const topics = plans.filter(({ whole }) => whole).flatMap(namesOf);
  const rows = await database.sql.query<{ name: string }>(
    `SELECT DISTINCT to_regclass(table_name)::text AS name FROM event_projection
     WHERE consumer = $1 AND topic = ANY ($2) ORDER BY 1`,
    [consumer, topics],
  );
  if (rows.some(({ name }) => name === null)) throw new Error('a registered projection is no table of this database');
  // All at once, because they may refer to each other. The names are quoted: they come from the catalogue.
  if (rows.length > 0) await database.sql.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
}

/** The topic of a plan, and the state topics that are read before it. */
const namesOf = ({ topic, starts }: TopicPlan): string[] =>
  [topic, ...starts.map((start) => start.topic)].map(({ name }) => name);

/** The consumer finds nothing of the topic, as if it was new. */
async function forget(database: EventDatabase, consumer: string, plan: TopicPlan): Promise<void> {
  for (const table of ['event_inbox', 'event_parked', 'event_origin']) {
    const sql = `DELETE FROM ${table} WHERE consumer = $1 AND topic = ANY ($2)`;
    await database.sql.query(sql, [consumer, namesOf(plan)]);
  }
}

/** Subjects that are parked stay so: what they wait for is in the parking table. */
async function goBack(database: EventDatabase, consumer: string, { topic, firsts }: TopicPlan): Promise<void> {
  await database.sql.query(
    `UPDATE event_inbox i SET last_seq = f.first - 1 FROM unnest($3::text[], $4::bigint[]) AS f (subject, first)
     WHERE i.consumer = $1 AND i.topic = $2 AND i.subject = f.subject AND i.state = 'open' AND i.last_seq >= f.first`,
    [consumer, topic.name, [...firsts.keys()], [...firsts.values()]],
  );
}

async function beginCatchingUp(
  database: EventDatabase,
  consumer: string,
  { topic, partitions }: TopicPlan,
): Promise<void> {
  const place = [consumer, topic.name];
  const ahead = [...partitions].filter(([, { to, until }]) => to < until);
  const touched = [...partitions.keys()];
  await database.sql.query('DELETE FROM event_caught_up WHERE consumer = $1 AND topic = $2 AND partition = ANY ($3)', [
    ...place,
    touched,
  ]);
  await database.sql.query(
    `INSERT INTO event_catch_up (consumer, topic, partition, until_offset)
     SELECT $1, $2, * FROM unnest($3::int[], $4::bigint[])
     ON CONFLICT (consumer, topic, partition) DO UPDATE
     SET until_offset = greatest(event_catch_up.until_offset, excluded.until_offset)`,
    [...place, ahead.map(([at]) => at), ahead.map(([, { until }]) => String(until))],
  );
}
