import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DeliverLogouts } from '../use-cases/deliver-logouts.js';

const everyMs = 1_000;

/** Looks for logout notices every second. Every process may carry some: rows that another one has are skipped. */
@Injectable()
export class LogoutCourier implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LogoutCourier.name);
  private timer: NodeJS.Timeout | undefined;
  private onItsWay: Promise<void> | undefined;

  constructor(private readonly deliverLogouts: DeliverLogouts) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.go(), everyMs);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.onItsWay;
  }

  /** Delivers what is there. One round at a time. */
  go(): Promise<void> {
    this.onItsWay ??= this.round().finally(() => (this.onItsWay = undefined));
    return this.onItsWay;
  }

  private async round(): Promise<void> {
    try {
      while ((await this.deliverLogouts.execute()) > 0);
    } catch (error) {
      this.logger.warn({ err: error }, 'logout notices could not be delivered');
    }
  }
}
