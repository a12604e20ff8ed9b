import { Clock } from '@homerealm/platform';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RefreshGroups } from '../use-cases/refresh-groups.js';

/** Does owed readings one after another; looks for more after a pause. */
export class GroupRefresher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(GroupRefresher.name);
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly refreshGroups: RefreshGroups,
    private readonly clock: Clock,
    private readonly pauseMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.working;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.working = this.drain().finally(() => this.schedule());
    }, this.pauseMs);
  }

  private async drain(): Promise<void> {
    try {
      while (!this.stopped && (await this.refreshGroups.execute(() => this.clock.now())));
    } catch (error) {
      // The row is taken again when its lease ends; only the database can have failed here.
      this.logger.warn(`a background reading was interrupted: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }
}
