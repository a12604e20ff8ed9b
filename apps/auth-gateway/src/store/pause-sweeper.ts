import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pauses } from '../use-cases/missing-email/pauses.port.js';
import { Moment } from '../use-cases/moment.port.js';

const everyMilliseconds = 60_000;

/** Ends sign-ins that waited for an email in vain. Every process may sweep: rows somebody else has are skipped. */
@Injectable()
export class PauseSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sign-in');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pauses: Pauses,
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
      while ((await this.pauses.sweep(this.moment.now())) > 0);
    } catch (error) {
      // The next round finds the same rows.
      this.logger.warn({ err: error }, 'paused sign-ins could not be swept');
    }
  }
}
