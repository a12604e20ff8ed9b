import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Collation "C" orders by bytes, so that a plain index also answers "begins with". */
export class CreateDirectory1763760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...indexes]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sign_in_answer', 'membership', 'organization', 'identity', '"user"'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

const tables = [
  `CREATE TABLE "user" (
    "user_id" text COLLATE "C" NOT NULL,
    "revision" integer NOT NULL,
    "status" text NOT NULL,
    "given_name" text,
    "family_name" text,
    "picture" text,
    "provenance" jsonb NOT NULL,
    "full_name_key" text COLLATE "C" NOT NULL,
    "family_name_key" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "user_pk" PRIMARY KEY ("user_id"))`,
  `CREATE TABLE "identity" (
    "identity_id" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "type" text NOT NULL,
    "value" text,
    "canon" text COLLATE "C",
    "verified" boolean NOT NULL,
    "email_proven" boolean NOT NULL,
    "is_primary" boolean NOT NULL,
    "connection_id" text COLLATE "C",
    "account" jsonb,
    "account_key" text COLLATE "C",
    "pairwise_subject" text,
    "expected_object_id" text COLLATE "C",
    "as_of" timestamptz,
    CONSTRAINT "identity_pk" PRIMARY KEY ("identity_id"),
    CONSTRAINT "identity_user_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("user_id") ON DELETE CASCADE)`,
  `CREATE TABLE "organization" (
    "organization_id" text COLLATE "C" NOT NULL,
    "revision" integer NOT NULL,
    "name" text NOT NULL,
    "external_id" text COLLATE "C",
    "suspended" boolean NOT NULL,
    "auto_join" boolean NOT NULL,
    "allowed_domains" jsonb NOT NULL,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "organization_pk" PRIMARY KEY ("organization_id"))`,
  `CREATE TABLE "membership" (
    "organization_id" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "joined_by" text NOT NULL,
    "joined_at" timestamptz NOT NULL,
    CONSTRAINT "membership_pk" PRIMARY KEY ("organization_id", "user_id"),
    CONSTRAINT "membership_user_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("user_id") ON DELETE CASCADE,
    CONSTRAINT "membership_organization_fk" FOREIGN KEY ("organization_id")
      REFERENCES "organization" ("organization_id"))`,
  `CREATE TABLE "sign_in_answer" (
    "attempt_id" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C",
    "request_hash" text NOT NULL,
    "answer" jsonb NOT NULL,
    "answered_at" timestamptz NOT NULL,
    CONSTRAINT "sign_in_answer_pk" PRIMARY KEY ("attempt_id"),
    CONSTRAINT "sign_in_answer_user_fk" FOREIGN KEY ("user_id") REFERENCES "user" ("user_id") ON DELETE CASCADE)`,
];

const indexes = [
  // What the rules rely on.
  `CREATE UNIQUE INDEX "identity_account_unique" ON "identity" ("account_key") WHERE account_key IS NOT NULL`,
  `CREATE UNIQUE INDEX "identity_verified_email_unique" ON "identity" ("canon") WHERE type = 'email' AND verified`,
  `CREATE UNIQUE INDEX "identity_username_unique" ON "identity" ("canon") WHERE type = 'username'`,
  `CREATE UNIQUE INDEX "identity_pending_email_unique" ON "identity" ("connection_id", "canon")
    WHERE type = 'enterprise' AND account_key IS NULL`,
  `CREATE UNIQUE INDEX "identity_pending_object_unique" ON "identity" ("connection_id", "expected_object_id")
    WHERE type = 'enterprise' AND account_key IS NULL AND expected_object_id IS NOT NULL`,
  `CREATE UNIQUE INDEX "identity_one_enterprise" ON "identity" ("user_id") WHERE type = 'enterprise'`,
  `CREATE UNIQUE INDEX "identity_one_primary" ON "identity" ("user_id", "type") WHERE is_primary`,
  `CREATE UNIQUE INDEX "organization_external_id_unique" ON "organization" ("external_id")`,
  // What lookups need.
  `CREATE INDEX "identity_user" ON "identity" ("user_id")`,
  `CREATE INDEX "identity_canon" ON "identity" ("canon", "user_id")`,
  `CREATE INDEX "user_full_name" ON "user" ("full_name_key", "user_id")`,
  `CREATE INDEX "user_family_name" ON "user" ("family_name_key", "user_id")`,
  `CREATE INDEX "user_suspended" ON "user" ("user_id") WHERE status = 'suspended'`,
  `CREATE INDEX "membership_user" ON "membership" ("user_id")`,
  `CREATE INDEX "sign_in_answer_user" ON "sign_in_answer" ("user_id")`,
  `CREATE INDEX "sign_in_answer_answered_at" ON "sign_in_answer" ("answered_at")`,
];
