import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFederationUpkeep1765800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE metadata_turn (
        connection_id text NOT NULL,
        due_at timestamptz NOT NULL,
        failures integer NOT NULL DEFAULT 0,
        outcome text,
        CONSTRAINT metadata_turn_pk PRIMARY KEY (connection_id),
        CONSTRAINT metadata_turn_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX metadata_turn_due ON metadata_turn (due_at)`);
    await runner.query(`
      CREATE TABLE signing_notice (
        connection_id text NOT NULL,
        thumbprint text NOT NULL,
        days_left integer NOT NULL,
        told_at timestamptz NOT NULL,
        CONSTRAINT signing_notice_pk PRIMARY KEY (connection_id, thumbprint, days_left),
        CONSTRAINT signing_notice_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE signing_notice, metadata_turn');
  }
}
