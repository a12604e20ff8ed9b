import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddUpstreamKeys1765950000001 implements MigrationInterface {
  name = 'AddUpstreamKeys1765950000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE oidc_record ADD COLUMN upstream_key text;
      CREATE INDEX oidc_record_upstream ON oidc_record (upstream_key) WHERE upstream_key IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE oidc_record DROP COLUMN upstream_key');
  }
}
