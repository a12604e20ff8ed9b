import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports of users: the file as it comes in, how far it is worked through, and which rows were left out. */
export class AddImports1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...indexes]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['draft_key', 'draft', 'rejection', 'piece', 'part'])
      await runner.query(`DROP TABLE import_${table}`);
    await runner.query('DROP TABLE "import"');
    await runner.query('DROP TABLE "connection_name_replica"');
    await runner.query('ALTER TABLE "user" DROP COLUMN "provided_id"');
  }
}

const tables = [
  `ALTER TABLE "user" ADD COLUMN "provided_id" text COLLATE "C"`,
  `CREATE TABLE "connection_name_replica" (
    "connection_id" text COLLATE "C" NOT NULL,
    "name" text COLLATE "C" NOT NULL,
    "strategy" text NOT NULL,
    "identity_type" text NOT NULL,
    "tenant_id" text,
    CONSTRAINT "connection_name_replica_pk" PRIMARY KEY ("connection_id"))`,
  `CREATE TABLE "import" (
    "import_id" text COLLATE "C" NOT NULL,
    "format" text NOT NULL,
    "dry_run" boolean NOT NULL,
    "connection_id" text COLLATE "C",
    "state" text NOT NULL,
    "ending" boolean NOT NULL DEFAULT false,
    "bytes" bigint NOT NULL DEFAULT 0,
    "parts" integer NOT NULL DEFAULT 0,
    "position" bigint NOT NULL DEFAULT 0,
    "row_number" integer NOT NULL DEFAULT 0,
    "columns" jsonb,
    "created" integer NOT NULL DEFAULT 0,
    "updated" integer NOT NULL DEFAULT 0,
    "unchanged" integer NOT NULL DEFAULT 0,
    "rejected" integer NOT NULL DEFAULT 0,
    "rejected_by" jsonb NOT NULL DEFAULT '{}',
    "failure_code" text,
    "failure_row" integer,
    "lease" text,
    "lease_until" timestamptz,
    "tries" integer NOT NULL DEFAULT 0,
    "created_at" timestamptz NOT NULL,
    "touched_at" timestamptz NOT NULL DEFAULT now(),
    "started_at" timestamptz,
    "finished_at" timestamptz,
    CONSTRAINT "import_pk" PRIMARY KEY ("import_id"))`,
  `CREATE TABLE "import_part" (
    "import_id" text COLLATE "C" NOT NULL,
    "part" integer NOT NULL,
    "upload" uuid NOT NULL,
    "bytes" bigint NOT NULL,
    "sha256" text NOT NULL,
    CONSTRAINT "import_part_pk" PRIMARY KEY ("import_id", "part"),
    CONSTRAINT "import_part_import_fk" FOREIGN KEY ("import_id") REFERENCES "import" ("import_id") ON DELETE CASCADE)`,
  `CREATE TABLE "import_piece" (
    "import_id" text COLLATE "C" NOT NULL,
    "upload" uuid NOT NULL,
    "piece" integer NOT NULL,
    "length" integer NOT NULL,
    "bytes" bytea NOT NULL,
    CONSTRAINT "import_piece_pk" PRIMARY KEY ("import_id", "upload", "piece"),
    CONSTRAINT "import_piece_import_fk" FOREIGN KEY ("import_id") REFERENCES "import" ("import_id") ON DELETE CASCADE)`,
  // They are read once and erased: compressing them would be lost time.
  `ALTER TABLE "import_piece" ALTER COLUMN "bytes" SET STORAGE EXTERNAL`,
  `CREATE TABLE "import_rejection" (
    "import_id" text COLLATE "C" NOT NULL,
    "row_number" integer NOT NULL,
    "code" text NOT NULL,
    "field" text,
    "says" text NOT NULL,
    CONSTRAINT "import_rejection_pk" PRIMARY KEY ("import_id", "row_number"),
    CONSTRAINT "import_rejection_import_fk" FOREIGN KEY ("import_id")
      REFERENCES "import" ("import_id") ON DELETE CASCADE)`,
  `CREATE TABLE "import_draft" (
    "import_id" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "known" jsonb NOT NULL,
    CONSTRAINT "import_draft_pk" PRIMARY KEY ("import_id", "user_id"),
    CONSTRAINT "import_draft_import_fk" FOREIGN KEY ("import_id") REFERENCES "import" ("import_id") ON DELETE CASCADE)`,
  `CREATE TABLE "import_draft_key" (
    "import_id" text COLLATE "C" NOT NULL,
    "key" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    CONSTRAINT "import_draft_key_pk" PRIMARY KEY ("import_id", "key", "user_id"),
    CONSTRAINT "import_draft_key_draft_fk" FOREIGN KEY ("import_id", "user_id")
      REFERENCES "import_draft" ("import_id", "user_id") ON DELETE CASCADE)`,
];

const indexes = [
  `CREATE UNIQUE INDEX "user_provided_id_unique" ON "user" ("provided_id") WHERE provided_id IS NOT NULL`,
  `CREATE INDEX "connection_name_replica_name" ON "connection_name_replica" ("name")`,
  `CREATE INDEX "import_state" ON "import" ("state", "import_id")`,
  `CREATE INDEX "import_draft_key_user" ON "import_draft_key" ("import_id", "user_id")`,
];
