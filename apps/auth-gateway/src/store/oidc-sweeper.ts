import { Database, Outbox } from '@homerealm/events';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

import { toEvent } from './oidc-records.js';

const everyMs = 60_000;
const atATime = 5_000;

type Expired = { kind: string; user_id: string | null };

/** Deletes records past their time, a few thousand a minute, so that no request has to; and those of ended users. */
@Injectable()
export class OidcSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(OidcSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep().catch((error: unknown) => this.report(error)), everyMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
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

  private report(error: unknown): void {
    this.logger.warn(`expired records were not swept: ${String(error)}`);
  }
}
