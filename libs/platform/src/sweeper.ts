import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const minute = 60_000;

/** How often something is swept. */
export const sweepEvery = { minute, hour: 60 * minute };

/**
 * Deletes what is past its time, again and again as long as the service runs, in every process of it: a sweep skips or
 * shares the rows that somebody else has. One that fails is logged; the next one finds the same rows.
 */
export abstract class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sweeper');
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param what for the log, e.g. `old attempts`
   * @param everyMilliseconds from the beginning of one sweep to the next
   */
  constructor(
    private readonly what: string,
    private readonly everyMilliseconds: number = sweepEvery.minute,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), this.everyMilliseconds);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One round. */
  abstract sweep(): Promise<void>;

  private async run(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ err: error }, `${this.what} could not be swept`);
    }
  }
}
