import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const everyMilliseconds = 60_000;

/** Sweeps once a minute, in every process: a sweep skips the rows that somebody else has. */
export abstract class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sign-in');
  private timer: NodeJS.Timeout | undefined;

  /** @param what for the log */
  constructor(private readonly what: string) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), everyMilliseconds);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One round. */
  protected abstract sweepRound(): Promise<void>;

  private async run(): Promise<void> {
    try {
      await this.sweepRound();
    } catch (error) {
      // The next round finds the same rows.
      this.logger.warn({ err: error }, `${this.what} could not be swept`);
    }
  }
}
