import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddUpkeep1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE credential_notice (
        credential_id text NOT NULL,
        expires_at timestamptz NOT NULL,
        days_left integer NOT NULL,
        connection_id text NOT NULL,
        told_at timestamptz NOT NULL,
        CONSTRAINT credential_notice_pk PRIMARY KEY (credential_id, expires_at, days_left),
        CONSTRAINT credential_notice_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX credential_notice_connection ON credential_notice (connection_id)`);
    await runner.query(`
      CREATE TABLE credential_probe (
        credential_id text NOT NULL,
        connection_id text NOT NULL,
        outcome text NOT NULL,
        error text,
        aadsts text[] NOT NULL,
        since timestamptz NOT NULL,
        checked_at timestamptz NOT NULL,
        CONSTRAINT credential_probe_pk PRIMARY KEY (credential_id),
        CONSTRAINT credential_probe_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX credential_probe_connection ON credential_probe (connection_id)`);
    await runner.query(`
      CREATE TABLE probe_turn (
        connection_id text NOT NULL,
        due_at timestamptz NOT NULL,
        CONSTRAINT probe_turn_pk PRIMARY KEY (connection_id),
        CONSTRAINT probe_turn_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX probe_turn_due ON probe_turn (due_at)`);
    await runner.query(`
      CREATE TABLE domain_proof (
        connection_id text NOT NULL,
        domain text NOT NULL,
        token text NOT NULL,
        state text NOT NULL,
        problem text,
        requested_at timestamptz NOT NULL,
        checked_at timestamptz,
        verified_at timestamptz,
        due_at timestamptz NOT NULL,
        CONSTRAINT domain_proof_pk PRIMARY KEY (connection_id, domain),
        CONSTRAINT domain_proof_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX domain_proof_due ON domain_proof (due_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE domain_proof, probe_turn, credential_probe, credential_notice');
  }
}
