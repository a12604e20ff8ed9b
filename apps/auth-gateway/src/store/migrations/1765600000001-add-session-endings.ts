import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSessionEndings1765600000001 implements MigrationInterface {
  name = 'AddSessionEndings1765600000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ended_organization (
        organization_id text NOT NULL CONSTRAINT ended_organization_pk PRIMARY KEY
      );
      CREATE TABLE ended_part (
        user_id text NOT NULL,
        part text NOT NULL,
        ended_at timestamptz NOT NULL,
        CONSTRAINT ended_part_pk PRIMARY KEY (user_id, part)
      );
      CREATE INDEX ended_part_time ON ended_part (ended_at);
      CREATE TABLE session_ending (
        ending_id uuid NOT NULL CONSTRAINT session_ending_pk PRIMARY KEY,
        connection_id text,
        organization_id text,
        asked_at timestamptz NOT NULL
      );
      CREATE TABLE logout_notice (
        notice_id uuid NOT NULL CONSTRAINT logout_notice_pk PRIMARY KEY,
        application_id text NOT NULL,
        user_id text NOT NULL,
        session_id text,
        created_at timestamptz NOT NULL,
        next_try_at timestamptz NOT NULL,
        tries integer NOT NULL
      );
      CREATE INDEX logout_notice_next ON logout_notice (next_try_at);
      CREATE INDEX oidc_record_connection ON oidc_record ((facts ->> 'connectionId')) WHERE facts IS NOT NULL;
      CREATE INDEX oidc_record_organization ON oidc_record ((facts ->> 'organizationId')) WHERE facts IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX oidc_record_organization, oidc_record_connection;
      DROP TABLE logout_notice, session_ending, ended_part, ended_organization;`);
  }
}
