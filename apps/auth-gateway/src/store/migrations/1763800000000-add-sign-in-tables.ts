import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSignInTables1763800000000 implements MigrationInterface {
  name = 'AddSignInTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replica);
    await runner.query(transactions);
    await runner.query(attempts);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sign_in_attempt, sign_in_transaction, policy_replica, connection_credentials_replica,
        connection_domain_replica, connection_replica`);
  }
}

const replica = `
  CREATE TABLE connection_replica (
    connection_id text NOT NULL CONSTRAINT connection_replica_pk PRIMARY KEY,
    revision integer NOT NULL,
    state text NOT NULL,
    organization_id text,
    display_name text NOT NULL,
    wants_button boolean NOT NULL,
    settings jsonb NOT NULL
  );
  CREATE INDEX connection_replica_button ON connection_replica (organization_id, display_name)
    WHERE wants_button AND state = 'enabled';

  CREATE TABLE connection_domain_replica (
    domain text NOT NULL,
    connection_id text NOT NULL,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT connection_domain_replica_pk PRIMARY KEY (domain, connection_id)
  );
  CREATE INDEX connection_domain_replica_connection ON connection_domain_replica (connection_id);

  CREATE TABLE connection_credentials_replica (
    connection_id text NOT NULL CONSTRAINT connection_credentials_replica_pk PRIMARY KEY,
    revision integer NOT NULL,
    credentials jsonb NOT NULL
  );

  CREATE TABLE policy_replica (
    policy_id text NOT NULL CONSTRAINT policy_replica_pk PRIMARY KEY,
    revision integer NOT NULL,
    policies jsonb NOT NULL
  );`;

/** Rows are updated once and deleted minutes later: room on the page keeps the update off the indexes. */
const transactions = `
  CREATE TABLE sign_in_transaction (
    state_hash text NOT NULL CONSTRAINT sign_in_transaction_pk PRIMARY KEY,
    browser_hash text NOT NULL,
    connection_id text NOT NULL,
    revision integer NOT NULL,
    uid text NOT NULL,
    application_id text NOT NULL,
    organization_id text,
    attempt_id text NOT NULL,
    checks jsonb NOT NULL,
    upstream jsonb,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  ) WITH (fillfactor = 70);
  CREATE INDEX sign_in_transaction_expiry ON sign_in_transaction (expires_at);`;

const attempts = `
  CREATE TABLE sign_in_attempt (
    attempt_id text NOT NULL CONSTRAINT sign_in_attempt_pk PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    outcome text NOT NULL,
    code text,
    application_id text,
    connection_id text,
    organization_id text,
    user_id text,
    upstream jsonb,
    checks jsonb NOT NULL
  );
  CREATE INDEX sign_in_attempt_code ON sign_in_attempt (code, attempt_id) WHERE code IS NOT NULL;
  CREATE INDEX sign_in_attempt_connection ON sign_in_attempt (connection_id, attempt_id);
  CREATE INDEX sign_in_attempt_user ON sign_in_attempt (user_id, attempt_id) WHERE user_id IS NOT NULL;`;
