import { Database, Outbox } from '@homerealm/events';
import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { toEvent } from './oidc-records.js';

const atATime = 5_000;

type Expired = { kind: string; user_id: string | null };

/** Deletes records past their time, a few thousand a minute, so that no request has to; and those of ended users. */
@Injectable()
export class OidcSweeper extends Sweeper {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super('expired records');
  }

  /** Leaves an hour, so that a late request is told "expired" and not "unknown". */
  async sweep(): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [gone]: [Expired[]] = await manager.query(
        `DELETE FROM oidc_record WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM oidc_record WHERE expires_at < now() - interval '1 hour' LIMIT ${atATime} FOR UPDATE SKIP LOCKED))
         RETURNING kind, user_id`,
      );
      const sessions = gone.filter(({ kind, user_id: userId }) => kind === 'Session' && userId !== null);
      const told = sessions.map(({ user_id: userId }) => ({ userId: userId ?? '', applicationId: null }));
      if (told.length > 0) await this.outbox.append(...told.map((of) => toEvent({ ...of, reason: 'expired' })));
    });
    // A sign-in that was on its way when its user was suspended or erased: it serves for nothing, and holds claims.
    await this.database.manager.query(`DELETE FROM oidc_record r USING ended_user e WHERE r.user_id = e.user_id`);
    // No sign-in takes that long.
    await this.database.manager.query(`DELETE FROM ended_part WHERE ended_at < now() - interval '1 day'`);
    await this.database.manager.query(`DELETE FROM application_secret WHERE expires_at < now() - interval '1 day'`);
  }
}
