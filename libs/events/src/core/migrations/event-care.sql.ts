/** What operators and freshness need beside the consumer's tables: retries, skips, replays, how far it is. */
export const eventCareTables = [
  `ALTER TABLE event_inbox DROP CONSTRAINT event_inbox_state`,
  `ALTER TABLE event_inbox ADD CONSTRAINT event_inbox_state CHECK (state IN ('open', 'parked', 'retry'))`,
  // Few subjects are stopped at a time, and everybody asks for those.
  `CREATE INDEX event_inbox_stopped ON event_inbox (consumer, topic, subject) WHERE state <> 'open'`,
  `
      ALTER TABLE event_parked
        ADD sequence bigint,
        ADD tries int NOT NULL DEFAULT 1,
        ADD partition int NOT NULL DEFAULT 0,
        ADD log_offset bigint NOT NULL DEFAULT 0`,
  `
      -- Events that an operator decided to leave out, and why. Holds no data of theirs.
      CREATE TABLE event_skipped (
        id bigserial,
        consumer text NOT NULL,
        topic text NOT NULL,
        subject text NOT NULL,
        event_id text,
        first_sequence bigint,
        last_sequence bigint,
        was text NOT NULL,
        reason text NOT NULL,
        skipped_by text NOT NULL,
        skipped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT event_skipped_pk PRIMARY KEY (id),
        CONSTRAINT event_skipped_reason CHECK (reason ~ '\\S')
      )`,
  `
      -- Where this consumer began to read a partition. 0: it knows the past whole, so every subject must begin with 1.
      CREATE TABLE event_origin (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL,
        first_offset bigint NOT NULL,
        CONSTRAINT event_origin_pk PRIMARY KEY (consumer, topic, partition)
      )`,
  `
      -- The consumer reads the past again up to this offset; until then it vouches for nothing of the partition.
      CREATE TABLE event_catch_up (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL,
        until_offset bigint NOT NULL,
        CONSTRAINT event_catch_up_pk PRIMARY KEY (consumer, topic, partition)
      )`,
  `
      -- The last time at which everything that the partition held then was applied, or put aside.
      CREATE TABLE event_caught_up (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT event_caught_up_pk PRIMARY KEY (consumer, topic, partition)
      )`,
  `
      -- Subjects that were erased: what comes late and cannot be applied is not kept for them.
      CREATE TABLE event_erased (
        subject text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT event_erased_pk PRIMARY KEY (subject)
      )`,
  `
      -- Tables that hold nothing but what a topic told, so that a replay of it may begin with empty ones.
      CREATE TABLE event_projection (
        consumer text NOT NULL,
        topic text NOT NULL,
        table_name text NOT NULL,
        CONSTRAINT event_projection_pk PRIMARY KEY (consumer, topic, table_name)
      )`,
];
