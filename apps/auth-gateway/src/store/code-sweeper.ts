import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Codes } from '../use-cases/codes/codes.port.js';
import { Limits } from '../use-cases/limits.port.js';
import { Moment } from '../use-cases/moment.port.js';

/** Ends codes that were never entered, and forgets counts of windows that are over. */
@Injectable()
export class CodeSweeper extends Sweeper {
  constructor(
    private readonly codes: Codes,
    private readonly limits: Limits,
    private readonly moment: Moment,
  ) {
    super('expired codes');
  }

  async sweep(): Promise<void> {
    while ((await this.codes.sweep(this.moment.now())) > 0);
    while ((await this.limits.sweep(this.moment.now())) > 0);
  }
}
