import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProviderTables1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "oidc_record" (
        "kind" text NOT NULL,
        "id" text NOT NULL,
        "grant_id" text,
        "session_uid" text,
        "user_id" text,
        "binding" text,
        "payload" jsonb NOT NULL,
        "facts" jsonb,
        "expires_at" timestamptz NOT NULL,
        "consumed_at" timestamptz,
        CONSTRAINT "oidc_record_pk" PRIMARY KEY ("kind", "id")
      );
      CREATE INDEX "oidc_record_grant" ON "oidc_record" ("grant_id") WHERE grant_id IS NOT NULL;
      CREATE INDEX "oidc_record_session" ON "oidc_record" ("session_uid") WHERE kind = 'Session';
      CREATE INDEX "oidc_record_user" ON "oidc_record" ("user_id") WHERE user_id IS NOT NULL;
      CREATE INDEX "oidc_record_expiry" ON "oidc_record" ("expires_at");

      CREATE TABLE "user_groups" (
        "user_id" text NOT NULL,
        "connection_id" text NOT NULL,
        "completeness" text NOT NULL,
        "as_of" timestamptz NOT NULL,
        "groups" jsonb,
        CONSTRAINT "user_groups_pk" PRIMARY KEY ("user_id")
      );
      CREATE TABLE "ended_user" (
        "user_id" text NOT NULL,
        CONSTRAINT "ended_user_pk" PRIMARY KEY ("user_id")
      );

      CREATE TABLE "signing_key" (
        "kid" text NOT NULL,
        "alg" text NOT NULL,
        "state" text NOT NULL,
        "public_jwk" jsonb NOT NULL,
        "sealed" text NOT NULL,
        "sealing_key_id" text NOT NULL,
        "created_at" timestamptz NOT NULL,
        "retired_at" timestamptz,
        CONSTRAINT "signing_key_pk" PRIMARY KEY ("kid")
      );
      CREATE UNIQUE INDEX "signing_key_current" ON "signing_key" ("alg") WHERE state = 'current';
      CREATE UNIQUE INDEX "signing_key_next" ON "signing_key" ("alg") WHERE state = 'next';

      CREATE TABLE "application" (
        "id" text NOT NULL,
        "name" text NOT NULL,
        "type" text NOT NULL,
        "settings" jsonb NOT NULL,
        "created_at" timestamptz NOT NULL,
        "updated_at" timestamptz NOT NULL,
        CONSTRAINT "application_pk" PRIMARY KEY ("id")
      );
      CREATE TABLE "application_secret" (
        "id" text NOT NULL,
        "application_id" text NOT NULL,
        "hash" text NOT NULL,
        "created_at" timestamptz NOT NULL,
        "expires_at" timestamptz,
        CONSTRAINT "application_secret_pk" PRIMARY KEY ("id")
      );
      CREATE INDEX "application_secret_application" ON "application_secret" ("application_id");
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE "application_secret", "application", "signing_key", "ended_user", "user_groups", "oidc_record"',
    );
  }
}
