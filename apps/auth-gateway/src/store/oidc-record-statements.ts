import type { ProviderRecord, RecordChanges, RecordKind } from '../use-cases/provider-records.port.js';
import { upstreamKeyOf } from './upstream-key.js';

/**
 * A sign-in on its way while its membership or identity was removed is recognised by its time. Another service said
 * that one, and the directory may have answered some seconds before the sign-in was complete: hence the ten.
 *
 * One statement brings the records asked for, the grants and sessions they hang on, and what we know of their user:
 * a token request reads everything it needs in one round trip.
 */
export const readStatement = `
  WITH asked AS (
    SELECT r.* FROM unnest($1::text[], $2::text[]) AS k(kind, id)
    JOIN oidc_record r ON r.kind = k.kind AND r.id = k.id
  ), found AS (
    SELECT * FROM asked
    UNION ALL
    SELECT g.* FROM asked a JOIN oidc_record g
      ON g.kind = 'Grant' AND g.id = COALESCE(a.grant_id, a.payload -> 'authorizations' -> $3::text ->> 'grantId')
    UNION ALL
    SELECT s.* FROM asked a JOIN oidc_record s
      ON s.kind = 'Session' AND s.session_uid = a.session_uid AND a.kind IN ('AuthorizationCode', 'RefreshToken')
  )
  SELECT f.*, jsonb_build_object(
      'user', e.user_id IS NOT NULL, 'organization', o.organization_id IS NOT NULL,
      'membership', m.user_id IS NOT NULL, 'identity', i.user_id IS NOT NULL) AS ended,
    CASE WHEN u.user_id IS NOT NULL THEN jsonb_build_object(
      'connectionId', u.connection_id, 'completeness', u.completeness, 'asOf', u.as_of, 'groups', u.groups) END AS groups
  FROM found f
  LEFT JOIN user_groups u ON u.user_id = f.user_id
  LEFT JOIN ended_user e ON e.user_id = f.user_id
  LEFT JOIN ended_organization o ON o.organization_id = f.facts ->> 'organizationId'
  LEFT JOIN ended_part m ON m.user_id = f.user_id AND m.part = 'organization:' || (f.facts ->> 'organizationId')
    AND m.ended_at + interval '10 seconds' >= (f.facts ->> 'signedInAt')::timestamptz
  LEFT JOIN ended_part i ON i.user_id = f.user_id AND i.part = 'connection:' || COALESCE(f.facts ->> 'connectionId', '')
    AND i.ended_at + interval '10 seconds' >= (f.facts ->> 'signedInAt')::timestamptz`;

/**
 * All changes as one statement. It takes effect only when everything that is to be used up was unused: the second of
 * two users waits for the first one's row lock, sees it used, and writes nothing.
 */
export function writeStatement(changes: RecordChanges): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const used = value(changes.use.map(({ kind }) => kind));
  const usedIds = value(changes.use.map(({ id }) => id));
  const parts = [
    `used AS (
      UPDATE oidc_record r SET consumed_at = now() FROM unnest(${used}::text[], ${usedIds}::text[]) AS k(kind, id)
      WHERE r.kind = k.kind AND r.id = k.id AND r.consumed_at IS NULL RETURNING r.id
    ), fresh AS (SELECT (SELECT count(*) FROM used) = cardinality(${used}::text[]) AS ok)`,
  ];
  if (changes.drop.length > 0) {
    const kinds = value(changes.drop.map(({ kind }) => kind));
    const ids = value(changes.drop.map(({ id }) => id));
    parts.push(`dropped AS (
      DELETE FROM oidc_record r USING unnest(${kinds}::text[], ${ids}::text[]) AS k(kind, id)
      WHERE r.kind = k.kind AND r.id = k.id AND (SELECT ok FROM fresh))`);
  }
  if (changes.endGrants.length > 0) {
    parts.push(`ended AS (
      DELETE FROM oidc_record WHERE grant_id = ANY(${value(changes.endGrants)}::text[]) AND (SELECT ok FROM fresh))`);
  }
  const isOnce = ({ kind }: { kind: RecordKind }) => kind === 'ReplayDetection';
  const once = changes.put.filter(isOnce);
  const put = changes.put.filter((record) => !isOnce(record));
  // Something that may be seen once: a second one at the same moment breaks the whole statement.
  if (once.length > 0) parts.push(`seen AS (${insertPart(value(toRows(once)))})`);
  if (put.length > 0) parts.push(`stored AS (${insertPart(value(toRows(put)))} ${orReplace})`);
  return { sql: `WITH ${parts.join(', ')} SELECT ok FROM fresh`, values };
}

const toRows = (records: readonly ProviderRecord[]): string =>
  JSON.stringify(records.map((record) => ({ ...record, upstreamKey: upstreamKeyOf(record.facts) })));

const insertPart = (records: string): string => `
  INSERT INTO oidc_record (kind, id, grant_id, session_uid, user_id, binding, payload, facts, upstream_key,
    expires_at)
  SELECT x.kind, x.id, x."grantId", x."sessionUid", x."userId", x.binding, x.payload, x.facts,
    x."upstreamKey", x."expiresAt"
  FROM jsonb_to_recordset(${records}::jsonb) AS x(kind text, id text, "grantId" text, "sessionUid" text, "userId" text,
    binding text, payload jsonb, facts jsonb, "upstreamKey" text, "expiresAt" timestamptz)
  WHERE (SELECT ok FROM fresh)`;

const orReplace = `
  ON CONFLICT (kind, id) DO UPDATE SET grant_id = excluded.grant_id, session_uid = excluded.session_uid,
    user_id = excluded.user_id, binding = excluded.binding, payload = excluded.payload, facts = excluded.facts,
    upstream_key = excluded.upstream_key, expires_at = excluded.expires_at`;
