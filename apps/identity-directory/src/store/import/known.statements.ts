import { userJson } from '../user.mapper.js';

/**
 * Users whom some rows concern; each arm reads indexes. $1 provided ids, $2 normalized values, $3 connections of the
 * rows, $4 connections and $5 object ids pair by pair, $6 account keys
 */
export const findConcerned = `
  WITH concerned AS (
    SELECT user_id FROM "user" WHERE provided_id = ANY($1::text[])
    UNION SELECT user_id FROM "identity" WHERE canon = ANY($2::text[]) AND (
      type IN ('email', 'phone', 'username')
      OR type = 'enterprise' AND (account_key IS NULL OR email_proven OR connection_id = ANY($3::text[])))
    UNION SELECT i.user_id FROM unnest($4::text[], $5::text[]) AS w (connection_id, object_id)
      JOIN "identity" i ON i.type = 'enterprise' AND i.account_key IS NULL
        AND i.connection_id = w.connection_id AND i.expected_object_id = w.object_id
    UNION SELECT user_id FROM "identity" WHERE account_key = ANY($6::text[]))
  SELECT ${userJson} AS found FROM "user" u WHERE u.user_id IN (SELECT user_id FROM concerned)`;

/** Drafts of a dry run with one of these keys, or of one of these users. */
export const findDrafts = `
  SELECT known FROM "import_draft" WHERE import_id = $1 AND (user_id = ANY($3::text[]) OR user_id IN (
    SELECT user_id FROM "import_draft_key" WHERE import_id = $1 AND key = ANY($2::text[])))`;

export const saveDrafts = `
  WITH wanted AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS d ("userId" text, known jsonb, keys jsonb)),
  saved AS (INSERT INTO "import_draft" (import_id, user_id, known) SELECT $1, w."userId", w.known FROM wanted w
    ON CONFLICT (import_id, user_id) DO UPDATE SET known = excluded.known RETURNING 1)
  INSERT INTO "import_draft_key" (import_id, user_id, key)
  SELECT DISTINCT $1, w."userId", k FROM wanted w CROSS JOIN (SELECT count(*) FROM saved) AS first
    CROSS JOIN jsonb_array_elements_text(w.keys) AS k
  ON CONFLICT DO NOTHING`;

export const dropDraftKeys = `DELETE FROM "import_draft_key" WHERE import_id = $1 AND user_id = ANY($2::text[])`;
