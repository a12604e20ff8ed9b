import type pg from 'pg';

const setUpLock = 7_205_759_403_793;

const tables = `
  CREATE TABLE IF NOT EXISTS log_topic (
    topic text CONSTRAINT log_topic_pk PRIMARY KEY,
    cleanup text NOT NULL,
    retention_days int
  );
  CREATE TABLE IF NOT EXISTS log_partition (
    topic text NOT NULL,
    part int NOT NULL,
    next_offset bigint NOT NULL,
    CONSTRAINT log_partition_pk PRIMARY KEY (topic, part)
  );
  CREATE TABLE IF NOT EXISTS log_event (
    topic text NOT NULL,
    part int NOT NULL,
    off bigint NOT NULL,
    key text,
    value text,
    headers jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT log_event_pk PRIMARY KEY (topic, part, off)
  );
  CREATE TABLE IF NOT EXISTS log_group (
    name text NOT NULL,
    topic text NOT NULL,
    part int NOT NULL,
    next_offset bigint NOT NULL,
    CONSTRAINT log_group_pk PRIMARY KEY (name, topic, part)
  );`;

/** Makes the log's tables, once, also when several services start together. */
export async function createTables(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [setUpLock]);
    await client.query(tables);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Deletes what its topic does not keep: old events, and states that a later one of the same key has replaced. */
export async function cleanUp(pool: pg.Pool): Promise<void> {
  await pool.query(`
    DELETE FROM log_event e USING log_topic t
    WHERE t.topic = e.topic AND t.cleanup = 'delete' AND e.at < now() - make_interval(days => t.retention_days)`);
  await pool.query(`
    DELETE FROM log_event e USING log_topic t
    WHERE t.topic = e.topic AND t.cleanup = 'compact' AND EXISTS (
      SELECT 1 FROM log_event l WHERE l.topic = e.topic AND l.part = e.part AND l.key = e.key AND l.off > e.off)`);
  // Readers that were away for less than a week still learn that a state was erased.
  await pool.query(`
    DELETE FROM log_event e USING log_topic t
    WHERE t.topic = e.topic AND t.cleanup = 'compact' AND e.value IS NULL AND e.at < now() - interval '7 days'`);
}
