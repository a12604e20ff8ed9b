import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSignInPauses1765400000000 implements MigrationInterface {
  name = 'AddSignInPauses1765400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sign_in_pause (
        uid text NOT NULL,
        browser_hash text NOT NULL,
        attempt_id text NOT NULL,
        application_id text NOT NULL,
        organization_id text,
        connection_id text NOT NULL,
        checks jsonb NOT NULL,
        sealed text NOT NULL,
        started_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT sign_in_pause_pk PRIMARY KEY (uid, browser_hash)
      );
      CREATE INDEX sign_in_pause_expiry ON sign_in_pause (expires_at);
      CREATE INDEX sign_in_pause_attempt ON sign_in_pause (attempt_id);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sign_in_pause');
  }
}
