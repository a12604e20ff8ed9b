import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTestRunsAndWaitingRoom1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connection ADD proofs jsonb');
    await runner.query('ALTER TABLE environment_policies ADD own_sign_in jsonb');
    await runner.query(`
      CREATE TABLE test_run (
        test_run_id text NOT NULL,
        connection_id text NOT NULL,
        config_hash text NOT NULL,
        ticket_hash text NOT NULL,
        state text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        expires_at timestamptz NOT NULL,
        finished_at timestamptz,
        report jsonb,
        CONSTRAINT test_run_pk PRIMARY KEY (test_run_id),
        CONSTRAINT test_run_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE INDEX test_run_connection ON test_run (connection_id, test_run_id)');
    await runner.query('CREATE INDEX test_run_created ON test_run (created_at)');
    await runner.query(`
      CREATE TABLE tenant_request (
        connection_id text NOT NULL,
        tenant_id text NOT NULL,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        tries integer NOT NULL,
        decision text NOT NULL,
        decided_at timestamptz,
        decided_by text,
        CONSTRAINT tenant_request_pk PRIMARY KEY (connection_id, tenant_id),
        CONSTRAINT tenant_request_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE INDEX tenant_request_seen ON tenant_request (connection_id, first_seen_at, tenant_id)');
    await runner.query(`
      CREATE TABLE tenant_request_overflow (
        connection_id text NOT NULL,
        tries integer NOT NULL,
        CONSTRAINT tenant_request_overflow_pk PRIMARY KEY (connection_id),
        CONSTRAINT tenant_request_overflow_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tenant_request_overflow, tenant_request, test_run');
    await runner.query('ALTER TABLE environment_policies DROP own_sign_in');
    await runner.query('ALTER TABLE connection DROP proofs');
  }
}
