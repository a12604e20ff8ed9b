import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Moment } from '../use-cases/moment.port.js';
import { Replays } from '../use-cases/replays.port.js';

/** Forgets used messages that are too old to be used again. */
@Injectable()
export class ReplaySweeper extends Sweeper {
  constructor(
    private readonly replays: Replays,
    private readonly moment: Moment,
  ) {
    super('used assertions');
  }

  async sweep(): Promise<void> {
    while ((await this.replays.sweep(this.moment.now())) > 0);
  }
}
