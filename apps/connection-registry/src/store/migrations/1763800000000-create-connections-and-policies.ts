import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateConnectionsAndPolicies1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connection (
        connection_id text NOT NULL,
        revision integer NOT NULL,
        state text NOT NULL,
        strategy text NOT NULL,
        name text NOT NULL,
        name_key text NOT NULL,
        organization_id text,
        settings jsonb NOT NULL,
        enabling jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT connection_pk PRIMARY KEY (connection_id)
      )`);
    await runner.query(`CREATE UNIQUE INDEX connection_name_unique ON connection (name_key)`);
    await runner.query(`CREATE INDEX connection_organization ON connection (organization_id)`);
    await runner.query(`
      CREATE TABLE home_realm_domain (
        domain text NOT NULL,
        connection_id text NOT NULL,
        position integer NOT NULL,
        CONSTRAINT home_realm_domain_pk PRIMARY KEY (domain),
        CONSTRAINT home_realm_domain_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX home_realm_domain_connection ON home_realm_domain (connection_id)`);
    await runner.query(`
      CREATE TABLE credential (
        credential_id text NOT NULL,
        connection_id text NOT NULL,
        kind text NOT NULL,
        sealed text NOT NULL,
        sealing_key_id text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        CONSTRAINT credential_pk PRIMARY KEY (credential_id),
        CONSTRAINT credential_connection_fk FOREIGN KEY (connection_id)
          REFERENCES connection (connection_id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX credential_connection ON credential (connection_id)`);
    await runner.query(`
      CREATE TABLE change (
        subject text NOT NULL,
        revision integer NOT NULL,
        action text NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        changed text[] NOT NULL,
        reason text,
        config_hash text,
        CONSTRAINT change_pk PRIMARY KEY (subject, revision)
      )`);
    await runner.query(`
      CREATE TABLE environment_policies (
        key text NOT NULL,
        revision integer NOT NULL,
        sync_profiles boolean NOT NULL,
        CONSTRAINT environment_policies_pk PRIMARY KEY (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE environment_policies, change, credential, home_realm_domain, connection');
  }
}
