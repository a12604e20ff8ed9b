/** Tables of libs/events that live in every service's own database: what is told and what was heard. */
export const producerTables = [
  `
      -- The last number given to an event of this topic and subject; the row's lock makes writers of one subject wait.
      CREATE TABLE event_sequence (
        topic text NOT NULL,
        subject text NOT NULL,
        last bigint NOT NULL,
        CONSTRAINT event_sequence_pk PRIMARY KEY (topic, subject)
      )`,
  `
      -- Events that are not published yet. A row stays until the broker has acknowledged it.
      CREATE TABLE outbox (
        id bigserial,
        topic text NOT NULL,
        subject text NOT NULL,
        sequence bigint NOT NULL,
        revision bigint NOT NULL,
        event_id uuid NOT NULL,
        type text NOT NULL,
        headers jsonb NOT NULL,
        payload text,
        traceparent text,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT outbox_pk PRIMARY KEY (id)
      )`,
];

export const consumerTables = [
  `
      -- How far this service has applied the events of each subject.
      CREATE TABLE event_inbox (
        consumer text NOT NULL,
        topic text NOT NULL,
        subject text NOT NULL,
        last_seq bigint NOT NULL,
        state text NOT NULL DEFAULT 'open',
        CONSTRAINT event_inbox_pk PRIMARY KEY (consumer, topic, subject),
        CONSTRAINT event_inbox_state CHECK (state IN ('open', 'parked'))
      )`,
  `
      -- An event that could not be applied, and all later ones of its subject, in order.
      CREATE TABLE event_parked (
        id bigserial,
        consumer text NOT NULL,
        topic text NOT NULL,
        subject text NOT NULL,
        event_id text NOT NULL,
        headers jsonb NOT NULL,
        payload text,
        reason text NOT NULL,
        error text,
        parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT event_parked_pk PRIMARY KEY (id),
        CONSTRAINT event_parked_once UNIQUE (consumer, topic, subject, event_id),
        CONSTRAINT event_parked_reason CHECK (reason IN ('failed', 'gap', 'undecodable', 'behind'))
      )`,
];
