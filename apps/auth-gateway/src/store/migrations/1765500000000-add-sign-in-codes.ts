import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSignInCodes1765500000000 implements MigrationInterface {
  name = 'AddSignInCodes1765500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(codes);
    await runner.query(limits);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sign_in_limit, sign_in_code');
  }
}

/** Rows are updated a few times and deleted minutes later: room on the page keeps the updates off the indexes. */
const codes = `
  CREATE TABLE sign_in_code (
    uid text NOT NULL,
    browser_hash text NOT NULL,
    purpose text NOT NULL,
    code_hash text NOT NULL,
    attempt_id text NOT NULL,
    application_id text,
    organization_id text,
    connection_id text,
    checks jsonb NOT NULL,
    memory text NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    proved_at timestamptz,
    CONSTRAINT sign_in_code_pk PRIMARY KEY (uid, browser_hash, purpose)
  ) WITH (fillfactor = 70);
  CREATE INDEX sign_in_code_expiry ON sign_in_code (expires_at);`;

const limits = `
  CREATE TABLE sign_in_limit (
    key text NOT NULL CONSTRAINT sign_in_limit_pk PRIMARY KEY,
    count integer NOT NULL,
    ends_at timestamptz NOT NULL
  ) WITH (fillfactor = 70);
  CREATE INDEX sign_in_limit_end ON sign_in_limit (ends_at);`;
