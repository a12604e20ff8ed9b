import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links and their history, phones that are somebody's alone, and what a provider said about an email. */
export class LinkAccounts1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "identity_link"');
    await runner.query('DROP INDEX "identity_connection"');
    await runner.query('DROP INDEX "identity_verified_phone_unique"');
    await runner.query('ALTER TABLE "identity" DROP COLUMN "provider_word"');
  }
}

const statements = [
  `ALTER TABLE "identity" ADD COLUMN "provider_word" jsonb`,
  `CREATE UNIQUE INDEX "identity_verified_phone_unique" ON "identity" ("canon") WHERE type = 'phone' AND verified`,
  `CREATE INDEX "identity_connection" ON "identity" ("connection_id", "identity_id") WHERE account_key IS NOT NULL`,
  `CREATE TABLE "identity_link" (
    "link_id" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "identity_id" text COLLATE "C" NOT NULL,
    "type" text NOT NULL,
    "connection_id" text COLLATE "C" NOT NULL,
    "attempt_id" text COLLATE "C" NOT NULL,
    "linked_at" timestamptz NOT NULL,
    "rule" text NOT NULL,
    "proof" text NOT NULL,
    "replaced" jsonb NOT NULL,
    "undone_at" timestamptz,
    "undone_user_id" text COLLATE "C",
    CONSTRAINT "identity_link_pk" PRIMARY KEY ("link_id"),
    CONSTRAINT "identity_link_user_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("user_id") ON DELETE CASCADE)`,
  `CREATE INDEX "identity_link_user" ON "identity_link" ("user_id", "link_id")`,
];
