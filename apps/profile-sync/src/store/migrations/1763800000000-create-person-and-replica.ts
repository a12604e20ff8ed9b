import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePersonAndReplica1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE person (
        user_id text NOT NULL,
        erased boolean NOT NULL DEFAULT false,
        claims_connection_id text,
        claims_attempt_id text,
        claims_as_of timestamptz,
        claims jsonb,
        claims_outcome text,
        groups_connection_id text,
        groups_completeness text,
        groups_as_of timestamptz,
        groups text[],
        groups_read_at timestamptz,
        refresh_connection_id text,
        refresh_tenant_id text,
        refresh_object_id text,
        refresh_tries integer,
        refresh_next_at timestamptz,
        CONSTRAINT person_pk PRIMARY KEY (user_id)
      )`);
    await runner.query(`CREATE INDEX person_refresh_due ON person (refresh_next_at) WHERE refresh_next_at IS NOT NULL`);
    await runner.query(`
      CREATE TABLE connection_replica (
        connection_id text NOT NULL,
        settings jsonb,
        credentials jsonb NOT NULL DEFAULT '[]',
        CONSTRAINT connection_replica_pk PRIMARY KEY (connection_id)
      )`);
    await runner.query(`
      CREATE TABLE policy_replica (
        key text NOT NULL,
        revision integer NOT NULL,
        sync_profiles boolean NOT NULL,
        CONSTRAINT policy_replica_pk PRIMARY KEY (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_replica, connection_replica, person');
  }
}
