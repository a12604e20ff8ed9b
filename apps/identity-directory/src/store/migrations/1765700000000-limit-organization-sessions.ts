import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long a sign-in to an organization may serve. */
export class LimitOrganizationSessions1765700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "organization" ADD COLUMN "session_seconds" integer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "organization" DROP COLUMN "session_seconds"');
  }
}
