import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Moment } from '../use-cases/moment.port.js';
import { SignOuts } from '../use-cases/sign-out/sign-outs.port.js';

/** Forgets sign-outs that never came back from their provider. */
@Injectable()
export class SignOutSweeper extends Sweeper {
  constructor(
    private readonly signOuts: SignOuts,
    private readonly moment: Moment,
  ) {
    super('sign-outs under way');
  }

  async sweep(): Promise<void> {
    while ((await this.signOuts.sweep(this.moment.now())) > 0);
  }
}
