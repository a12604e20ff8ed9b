/** Whoever claims an import says so again with each chunk. After this time of silence somebody else goes on. */
const until = `clock_timestamp() + interval '30 seconds'`;

export const claimOne = `
  UPDATE "import" SET lease = $1, lease_until = ${until}, started_at = coalesce(started_at, now())
  WHERE import_id = (
    SELECT import_id FROM "import" WHERE state = 'running'
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY import_id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING import_id, format, dry_run, connection_id, position, row_number, columns, tries, ending`;

const ours = `import_id = $1 AND lease = $2 AND state = 'running'`;

export const renewIt = `UPDATE "import" SET lease_until = ${until} WHERE ${ours} RETURNING import_id`;

/** $3 the place before; $4 the place after, $5 its row, $6 columns; $7–$10 counts, $11 rejected rows by code */
export const commitChunk = `
  UPDATE "import" SET position = $4, row_number = $5, columns = $6::jsonb, lease_until = ${until}, tries = 0,
    created = created + $7, updated = updated + $8, unchanged = unchanged + $9, rejected = rejected + $10,
    rejected_by = (SELECT coalesce(jsonb_object_agg(code, n), '{}') FROM (
      SELECT code, sum(n::int) AS n FROM (
        SELECT * FROM jsonb_each_text(rejected_by) UNION ALL SELECT * FROM jsonb_each_text($11::jsonb)) AS a (code, n)
      GROUP BY code) AS b)
  WHERE ${ours} AND NOT ending AND position = $3 RETURNING import_id`;

export const insertRejections = `
  INSERT INTO "import_rejection" (import_id, row_number, code, field, says)
  SELECT $1, r."row", r.code, r.field, r.says
  FROM jsonb_to_recordset($2::jsonb) AS r ("row" integer, code text, field text, says text)`;

/** From here on the end is certain; what was received is erased before it is told. */
export const noteEnd = `
  UPDATE "import" SET ending = true, failure_code = $3, failure_row = $4, lease_until = ${until}
  WHERE ${ours} AND NOT ending RETURNING import_id`;

export const endIt = `
  UPDATE "import" SET state = CASE WHEN failure_code IS NULL THEN 'done' ELSE 'failed' END, finished_at = now(),
    position = CASE WHEN failure_code IS NULL THEN bytes ELSE position END, lease = NULL
  WHERE ${ours} AND ending RETURNING import_id`;

/** $3: 1 when the work failed; the next try waits a little longer each time. */
export const releaseIt = `
  UPDATE "import" SET tries = tries + $3::int, lease = NULL,
    lease_until = CASE WHEN $3::int = 0 THEN NULL ELSE clock_timestamp() + interval '1 second' * (tries + 1) END
  WHERE ${ours} RETURNING import_id`;
