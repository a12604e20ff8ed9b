import { signInTopic } from '@homerealm/contracts';
import { UserId } from '@homerealm/domain';
import { event, type Outbox } from '@homerealm/events';
import type { EntityManager } from 'typeorm';

/** Which sessions and grants end, as a condition on `oidc_record`, with the values of its parameters from $2 on. */
export type Which = { where: string; values: readonly unknown[] };

type Gone = { records: number; users: string[] | null };

/**
 * Ends sessions and grants, at most `limit` of them, and says of whom: `UserSignedOut` once for each user, and a notice
 * for each application that wants to hear of its sessions. Codes and refresh tokens carry no facts of their own: they go
 * with their grant.
 * @returns how many there were
 */
export async function endSessions(
  manager: EntityManager,
  outbox: Outbox,
  { where, values }: Which,
  limit: number,
): Promise<number> {
  const [gone]: Gone[] = await manager.query(statement(where), [limit, ...values]);
  const users = gone?.users ?? [];
  await outbox.append(...users.map(toEvent));
  return gone?.records ?? 0;
}

const toEvent = (userId: string) =>
  event(signInTopic, 'UserSignedOut', userId, {
    ...{ userId: UserId.parse(userId), applicationId: null, reason: 'revoked' },
  });

const statement = (where: string) => `
  WITH resting AS (
    SELECT kind, id FROM oidc_record WHERE kind IN ('Session', 'Grant') AND ${where} LIMIT $1
  ), sessions AS (
    DELETE FROM oidc_record r USING resting WHERE resting.kind = 'Session' AND r.kind = 'Session' AND r.id = resting.id
    RETURNING r.user_id, r.payload
  ), grants AS (
    DELETE FROM oidc_record r USING resting WHERE resting.kind = 'Grant' AND r.grant_id = resting.id RETURNING 1
  ), told AS (
    INSERT INTO logout_notice (notice_id, application_id, user_id, session_id, created_at, next_try_at, tries)
    SELECT gen_random_uuid(), a.id, s.user_id, given.value ->> 'sid', now(), now(), 0
    FROM sessions s
    CROSS JOIN LATERAL jsonb_each(COALESCE(s.payload -> 'authorizations', '{}')) AS given
    JOIN application a ON a.id = given.key AND a.settings ->> 'backchannelLogoutUri' IS NOT NULL
  )
  SELECT (SELECT count(*)::integer FROM resting) AS records,
    (SELECT array_agg(DISTINCT user_id) FROM sessions WHERE user_id IS NOT NULL) AS users`;
