import { Database } from '@homerealm/events';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const everyMs = 60_000;
const atATime = 5_000;

/** Deletes records past their time, a few thousand a minute, so that no request has to; and those of ended users. */
@Injectable()
export class OidcSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(OidcSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep().catch((error: unknown) => this.report(error)), everyMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Leaves an hour, so that a late request is told "expired" and not "unknown". */
  async sweep(): Promise<void> {
    await this.database.manager.query(
      `DELETE FROM oidc_record WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM oidc_record WHERE expires_at < now() - interval '1 hour' LIMIT ${atATime}))`,
    );
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
