import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { UserSessions } from '../use-cases/provider-records.port.js';
import { endSessions, type Which } from './end-sessions.js';

/** Nobody has more; whoever has is through in the next step. */
const atATime = 1_000;

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
      await this.drop({ where: 'user_id = $2', values: [userId] });
    });
  }

  async allow(userId: string): Promise<void> {
    await this.database.manager.query('DELETE FROM ended_user WHERE user_id = $1', [userId]);
  }

  endThrough(userId: string, connectionId: string | null, at: Date): Promise<void> {
    const rests = `user_id = $2 AND facts ->> 'connectionId' IS NOT DISTINCT FROM $3`;
    return this.endPart(userId, `connection:${connectionId ?? ''}`, at, {
      where: rests,
      values: [userId, connectionId],
    });
  }

  endMembership(userId: string, organizationId: string, at: Date): Promise<void> {
    const rests = `user_id = $2 AND facts ->> 'organizationId' = $3`;
    return this.endPart(userId, `organization:${organizationId}`, at, {
      where: rests,
      values: [userId, organizationId],
    });
  }

  erase(userId: string): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('DELETE FROM user_groups WHERE user_id = $1', [userId]);
      await manager.query('DELETE FROM ended_part WHERE user_id = $1', [userId]);
      await this.end(userId);
      // What never became a session: a sign-in on its way, for one.
      await manager.query('DELETE FROM oidc_record WHERE user_id = $1', [userId]);
      await manager.query(withoutDetails, [userId]);
    });
  }

  private endPart(userId: string, part: string, at: Date, which: Which): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO ended_part AS known (user_id, part, ended_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, part) DO UPDATE SET ended_at = greatest(known.ended_at, excluded.ended_at)`,
        [userId, part, at],
      );
      await this.drop(which);
    });
  }

  private async drop(which: Which): Promise<void> {
    while ((await endSessions(this.database.manager, this.outbox, which, atATime)) === atATime);
  }
}

/** What was decided stays in the attempts, and why; what the provider said of the person does not. */
const withoutDetails = `
  UPDATE sign_in_attempt SET upstream = NULL, checks = coalesce(
    (SELECT jsonb_agg(c - 'details' ORDER BY place) FROM jsonb_array_elements(checks) WITH ORDINALITY AS k (c, place)), '[]')
  WHERE user_id = $1`;
