import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { UserSessions } from '../use-cases/provider-records.port.js';
import { toEvent } from './oidc-records.js';

@Injectable()
export class PostgresUserSessions extends UserSessions {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  end(userId: string): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('INSERT INTO ended_user (user_id) VALUES ($1) ON CONFLICT DO NOTHING', [userId]);
      await this.drop(userId, null);
    });
  }

  async allow(userId: string): Promise<void> {
    await this.database.manager.query('DELETE FROM ended_user WHERE user_id = $1', [userId]);
  }

  endThrough(userId: string, connectionId: string | null): Promise<void> {
    return this.database.transaction(() => this.drop(userId, connectionId));
  }

  erase(userId: string): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('DELETE FROM user_groups WHERE user_id = $1', [userId]);
      await this.end(userId);
      // What never became a session: a sign-in on its way, for one.
      await manager.query('DELETE FROM oidc_record WHERE user_id = $1', [userId]);
      await manager.query(withoutDetails, [userId]);
    });
  }

  /** Codes and refresh tokens carry no facts of their own: they go with their grant. */
  private async drop(userId: string, connectionId: string | null): Promise<void> {
    const rows: { sessions: number }[] = await this.database.manager.query(
      `WITH resting AS (
         SELECT kind, id, grant_id FROM oidc_record
         WHERE user_id = $1 AND kind IN ('Session', 'Grant') AND ($2::text IS NULL OR facts ->> 'connectionId' = $2)
       ), gone AS (
         DELETE FROM oidc_record r USING resting
         WHERE r.user_id = $1
           AND ((r.kind = resting.kind AND r.id = resting.id) OR r.grant_id = resting.grant_id)
         RETURNING r.kind
       )
       SELECT count(*) FILTER (WHERE kind = 'Session')::int AS sessions FROM gone`,
      [userId, connectionId],
    );
    if ((rows[0]?.sessions ?? 0) === 0) return;
    await this.outbox.append(toEvent({ userId, applicationId: null, reason: 'revoked' }));
  }
}

/** What was decided stays in the attempts, and why; what the provider said of the person does not. */
const withoutDetails = `
  UPDATE sign_in_attempt SET upstream = NULL, checks = coalesce(
    (SELECT jsonb_agg(c - 'details' ORDER BY place) FROM jsonb_array_elements(checks) WITH ORDINALITY AS k (c, place)), '[]')
  WHERE user_id = $1`;
