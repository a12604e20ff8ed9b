import type { Prepared } from './prepared.js';
import { userJson } from './user.mapper.js';

/** Everybody concerned, the organization, and what the attempt was answered. */
const loaded = (organization: string, attempt: string): string => `SELECT
    (SELECT coalesce(json_agg(${userJson}), '[]') FROM "user" u WHERE u.user_id IN (SELECT user_id FROM concerned))
      AS users,
    (SELECT to_json(o) FROM "organization" o WHERE o.organization_id = ${organization}::text) AS organization,
    (SELECT json_build_object('hash', a.request_hash, 'answer', a.answer)
      FROM "sign_in_answer" a WHERE a.attempt_id = ${attempt}::text) AS answered`;

/**
 * Whom a sign-in concerns, the organization it is for, and the attempt's answer. Each arm is one index lookup.
 * $1 account key, $2 connection, $3 normalized email, $4 Entra object id, $5 organization, $6 attempt
 */
export const loadForSignIn: Prepared = {
  name: 'directory-load-for-sign-in',
  text: `WITH concerned AS (
    SELECT user_id FROM "identity" WHERE account_key = $1::text
    UNION SELECT user_id FROM "identity"
      WHERE type = 'enterprise' AND account_key IS NULL AND connection_id = $2::text AND canon = $3::text
    UNION SELECT user_id FROM "identity"
      WHERE type = 'enterprise' AND account_key IS NULL AND connection_id = $2::text AND expected_object_id = $4::text
    UNION SELECT user_id FROM "identity" WHERE type = 'email' AND verified AND canon = $3::text
    UNION (SELECT user_id FROM "identity" WHERE canon = $3::text AND type = 'enterprise' AND email_proven LIMIT 1)
    UNION (SELECT user_id FROM "identity" WHERE canon = $3::text AND type = 'email' AND NOT verified
      ORDER BY user_id LIMIT 20))
  ${loaded('$5', '$6')}`,
};

/**
 * The same for somebody who proved an address, a number or a name to us. Many may claim an address: twenty are plenty.
 * $1 normalized address, number and names, $2 organization, $3 attempt
 */
export const loadForOwnSignIn: Prepared = {
  name: 'directory-load-for-own-sign-in',
  text: `WITH concerned AS (
    SELECT user_id FROM "identity" WHERE canon = ANY($1::text[]) AND verified AND type IN ('email', 'phone', 'username')
    UNION (SELECT user_id FROM "identity" WHERE canon = ANY($1::text[]) AND type = 'enterprise'
      AND (email_proven OR account_key IS NULL) LIMIT 2)
    UNION (SELECT user_id FROM "identity" WHERE canon = ANY($1::text[]) AND type IN ('email', 'phone') AND NOT verified
      ORDER BY user_id LIMIT 20))
  ${loaded('$2', '$3')}`,
};

export const findUser: Prepared = {
  name: 'directory-find-user',
  text: `SELECT ${userJson} AS found FROM "user" u WHERE u.user_id = $1::text`,
};

export const userColumns = `"user_id" text, "revision" integer, "status" text, "given_name" text, "family_name" text,
  "picture" text, "provenance" jsonb, "full_name_key" text, "family_name_key" text, "created_at" timestamptz`;

export const identityColumns = `"identity_id", "type", "value", "canon", "verified", "email_proven", "is_primary",
  "connection_id", "account", "account_key", "pairwise_subject", "expected_object_id", "as_of", "provider_word"`;

export const identityRecord = `"identity_id" text, "type" text, "value" text, "canon" text, "verified" boolean,
  "email_proven" boolean, "is_primary" boolean, "connection_id" text, "account" jsonb, "account_key" text,
  "pairwise_subject" text, "expected_object_id" text, "as_of" timestamptz, "provider_word" jsonb`;

const identityUpdates = identityColumns
  .split(',')
  .map((column) => column.trim())
  .filter((column) => column !== '"identity_id"')
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/**
 * Everything that belongs to a user, after "saved" wrote the row itself; nothing of it happens when it did not.
 * Deletions come first, and what stops being primary comes before what becomes it, since unique indexes look at each
 * row. $2 identities, $3 ids of removed ones, $4 organizations joined, $5 organizations left, $6 joined by,
 * $7 attempt, $8 hash of its request, $9 its answer
 */
const belongings = `,
  removed AS (DELETE FROM "identity" i USING saved
    WHERE i.user_id = saved.user_id AND i.identity_id = ANY($3::text[]) RETURNING 1),
  kept AS (INSERT INTO "identity" ("user_id", ${identityColumns})
    SELECT saved.user_id, r.* FROM saved
      CROSS JOIN (SELECT count(*) FROM removed) AS first
      CROSS JOIN jsonb_to_recordset($2::jsonb) AS r (${identityRecord})
      ORDER BY r.is_primary
    ON CONFLICT ("identity_id") DO UPDATE SET ${identityUpdates} RETURNING 1),
  joined AS (INSERT INTO "membership" ("organization_id", "user_id", "joined_by", "joined_at")
    SELECT o, saved.user_id, $6::text, now() FROM saved CROSS JOIN unnest($4::text[]) AS o RETURNING 1),
  departed AS (DELETE FROM "membership" m USING saved
    WHERE m.user_id = saved.user_id AND m.organization_id = ANY($5::text[]) RETURNING 1),
  answered AS (INSERT INTO "sign_in_answer" ("attempt_id", "user_id", "request_hash", "answer", "answered_at")
    SELECT $7::text, saved.user_id, $8::text, $9::jsonb, now() FROM saved WHERE $7::text IS NOT NULL
    RETURNING 1)
  SELECT user_id FROM saved`;

export const insertUser: Prepared = {
  name: 'directory-insert-user',
  text: `WITH saved AS (
    INSERT INTO "user" ("user_id", "revision", "status", "given_name", "family_name", "picture", "provenance",
      "full_name_key", "family_name_key", "created_at")
    SELECT u.user_id, 1, u.status, u.given_name, u.family_name, u.picture, u.provenance,
      u.full_name_key, u.family_name_key, u.created_at FROM jsonb_to_record($1::jsonb) AS u (${userColumns})
    RETURNING user_id)${belongings}`,
};

export const updateUser: Prepared = {
  name: 'directory-update-user',
  text: `WITH saved AS (
    UPDATE "user" AS old SET revision = old.revision + 1, status = u.status, given_name = u.given_name,
      family_name = u.family_name, picture = u.picture, provenance = u.provenance, full_name_key = u.full_name_key,
      family_name_key = u.family_name_key
    FROM jsonb_to_record($1::jsonb) AS u (${userColumns})
    WHERE old.user_id = u.user_id AND old.revision = u.revision
    RETURNING old.user_id)${belongings}`,
};

export const deleteUser: Prepared = {
  name: 'directory-delete-user',
  text: `WITH gone AS (
    DELETE FROM "user" WHERE user_id = $1::text AND revision = $2::integer RETURNING user_id) SELECT user_id FROM gone`,
};

export const insertAnswer: Prepared = {
  name: 'directory-insert-answer',
  text: `INSERT INTO "sign_in_answer" ("attempt_id", "user_id", "request_hash", "answer", "answered_at")
    SELECT $1::text, (SELECT user_id FROM "user" WHERE user_id = $2::text), $3::text, $4::jsonb, now()
    ON CONFLICT ("attempt_id") DO NOTHING RETURNING attempt_id`,
};

/** $1 link, as its row. */
export const insertLink: Prepared = {
  name: 'directory-insert-link',
  text: `INSERT INTO "identity_link" ("link_id", "user_id", "identity_id", "type", "connection_id", "attempt_id",
      "linked_at", "rule", "proof", "replaced")
    SELECT l.* FROM jsonb_to_record($1::jsonb) AS l ("link_id" text, "user_id" text, "identity_id" text, "type" text,
      "connection_id" text, "attempt_id" text, "linked_at" timestamptz, "rule" text, "proof" text, "replaced" jsonb)
    RETURNING link_id`,
};

/** $1 link, $2 when, $3 the user its account became. Undone once. */
export const markUndone: Prepared = {
  name: 'directory-mark-undone',
  text: `UPDATE "identity_link" SET undone_at = $2::timestamptz, undone_user_id = $3::text
    WHERE link_id = $1::text AND undone_at IS NULL RETURNING link_id`,
};
