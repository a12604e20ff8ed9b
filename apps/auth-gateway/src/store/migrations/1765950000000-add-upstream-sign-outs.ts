import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddUpstreamSignOuts1765950000000 implements MigrationInterface {
  name = 'AddUpstreamSignOuts1765950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upstream_sign_out (
        browser_hash text NOT NULL,
        connection_id text NOT NULL,
        handle_hash text NOT NULL,
        request_id text,
        form jsonb,
        application_id text,
        registered_uri text,
        goes_to text,
        expires_at timestamptz NOT NULL,
        CONSTRAINT upstream_sign_out_pk PRIMARY KEY (browser_hash, connection_id)
      );
      CREATE INDEX upstream_sign_out_expiry ON upstream_sign_out (expires_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upstream_sign_out');
  }
}
