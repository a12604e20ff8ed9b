import { Sweeper } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Moment } from '../use-cases/moment.port.js';
import { Transactions } from '../use-cases/transactions.port.js';

/** Ends sign-ins that never came back. */
@Injectable()
export class TransactionSweeper extends Sweeper {
  constructor(
    private readonly transactions: Transactions,
    private readonly moment: Moment,
  ) {
    super('expired sign-ins');
  }

  async sweep(): Promise<void> {
    while ((await this.transactions.sweep(this.moment.now())) > 0);
  }
}
