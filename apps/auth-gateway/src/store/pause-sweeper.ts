import { Injectable } from '@nestjs/common';
import { Pauses } from '../use-cases/missing-email/pauses.port.js';
import { Moment } from '../use-cases/moment.port.js';
import { Sweeper } from './sweeper.js';

/** Ends sign-ins that waited for an email in vain. */
@Injectable()
export class PauseSweeper extends Sweeper {
  constructor(
    private readonly pauses: Pauses,
    private readonly moment: Moment,
  ) {
    super('paused sign-ins');
  }

  protected async sweepRound(): Promise<void> {
    while ((await this.pauses.sweep(this.moment.now())) > 0);
  }
}
