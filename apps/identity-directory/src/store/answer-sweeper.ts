import { Database } from '@homerealm/events';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const hour = 60 * 60 * 1000;

/** Forgets answers to sign-ins after a day: they hold personal data and nobody asks again. */
@Injectable()
export class AnswerSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep().catch(() => {}), hour); // a failed sweep: the next one does it
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    await this.database.manager.query(`DELETE FROM "sign_in_answer" WHERE answered_at < now() - interval '24 hours'`);
  }
}
