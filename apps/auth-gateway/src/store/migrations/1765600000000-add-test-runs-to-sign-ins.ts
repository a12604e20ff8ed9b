import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTestRunsToSignIns1765600000000 implements MigrationInterface {
  name = 'AddTestRunsToSignIns1765600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sign_in_transaction ADD COLUMN test_run_id text, ADD COLUMN tested jsonb;
      CREATE INDEX sign_in_attempt_organization ON sign_in_attempt (organization_id, attempt_id)
        WHERE organization_id IS NOT NULL;
      CREATE INDEX sign_in_attempt_application ON sign_in_attempt (application_id, attempt_id)
        WHERE application_id IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sign_in_attempt_application, sign_in_attempt_organization;
      ALTER TABLE sign_in_transaction DROP COLUMN tested, DROP COLUMN test_run_id;`);
  }
}
