import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Pauses } from '../use-cases/missing-email/pauses.port.js';
import { Moment } from '../use-cases/moment.port.js';

/** Ends sign-ins that waited for an email in vain. */
@Injectable()
export class PauseSweeper extends Sweeper {
  constructor(
    private readonly pauses: Pauses,
    private readonly moment: Moment,
  ) {
    super('paused sign-ins');
  }

  async sweep(): Promise<void> {
    while ((await this.pauses.sweep(this.moment.now())) > 0);
  }
}
