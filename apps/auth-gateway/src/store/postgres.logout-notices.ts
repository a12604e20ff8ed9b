import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { LogoutNotices, type NoticeInHand } from '../use-cases/logout-notices.port.js';

type Row = {
  notice_id: string;
  application_id: string;
  user_id: string;
  session_id: string | null;
  created_at: Date;
  tries: number;
};

@Injectable()
export class PostgresLogoutNotices extends LogoutNotices {
  constructor(private readonly database: Database) {
    super();
  }

  async take(limit: number): Promise<NoticeInHand[]> {
    const answer: [Row[], number] = await this.database.manager.query(take, [limit]);
    return answer[0].map((row) => ({
      ...{ noticeId: row.notice_id, applicationId: row.application_id, userId: row.user_id },
      ...{ sessionId: row.session_id, createdAt: row.created_at, tries: row.tries },
    }));
  }

  async done(noticeId: string): Promise<void> {
    await this.database.manager.query('DELETE FROM logout_notice WHERE notice_id = $1', [noticeId]);
  }

  async later(noticeId: string, seconds: number): Promise<void> {
    await this.database.manager.query(
      `UPDATE logout_notice SET next_try_at = now() + make_interval(secs => $2) WHERE notice_id = $1`,
      [noticeId, seconds],
    );
  }
}

/** Whoever takes them has half a minute; when that process dies, the next one takes them. */
const take = `
  UPDATE logout_notice SET tries = tries + 1, next_try_at = now() + interval '30 seconds'
  WHERE notice_id IN (
    SELECT notice_id FROM logout_notice WHERE next_try_at <= now() ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ) RETURNING *`;
