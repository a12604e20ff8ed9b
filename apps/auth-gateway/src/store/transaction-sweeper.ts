import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Moment } from '../use-cases/moment.port.js';
import { Transactions } from '../use-cases/transactions.port.js';

const everyMilliseconds = 60_000;

/** Ends sign-ins that never came back. Every process may sweep: rows somebody else has are skipped. */
@Injectable()
export class TransactionSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sign-in');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly moment: Moment,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), everyMilliseconds);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      while ((await this.transactions.sweep(this.moment.now())) > 0);
    } catch (error) {
      // The next round finds the same rows.
      this.logger.warn({ err: error }, 'expired sign-ins could not be swept');
    }
  }
}
