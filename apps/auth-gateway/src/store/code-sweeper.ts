import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Codes } from '../use-cases/codes/codes.port.js';
import { Limits } from '../use-cases/limits.port.js';
import { Moment } from '../use-cases/moment.port.js';

const everyMilliseconds = 60_000;

/** Ends codes that were never entered, and forgets counts of windows that are over. Every process may sweep. */
@Injectable()
export class CodeSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sign-in');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly codes: Codes,
    private readonly limits: Limits,
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
      while ((await this.codes.sweep(this.moment.now())) > 0);
      while ((await this.limits.sweep(this.moment.now())) > 0);
    } catch (error) {
      // The next round finds the same rows.
      this.logger.warn({ err: error }, 'expired codes could not be swept');
    }
  }
}
