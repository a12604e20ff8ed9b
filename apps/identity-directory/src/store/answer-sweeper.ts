import { Database } from '@homerealm/events';
import { Sweeper, sweepEvery } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';

/** Forgets answers to sign-ins after a day: they hold personal data and nobody asks again. */
@Injectable()
export class AnswerSweeper extends Sweeper {
  constructor(private readonly database: Database) {
    super('answers to sign-ins', sweepEvery.hour);
  }

  async sweep(): Promise<void> {
    await this.database.manager.query(`DELETE FROM "sign_in_answer" WHERE answered_at < now() - interval '24 hours'`);
  }
}
