import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFederation1765900000000 implements MigrationInterface {
  name = 'AddFederation1765900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(usedAssertions);
    await runner.query('ALTER TABLE sign_in_transaction ADD COLUMN form jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sign_in_transaction DROP COLUMN form');
    await runner.query('DROP TABLE used_assertion');
  }
}

const usedAssertions = `
  CREATE TABLE used_assertion (
    key_hash text NOT NULL CONSTRAINT used_assertion_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
  );
  CREATE INDEX used_assertion_expiry ON used_assertion (expires_at);`;
