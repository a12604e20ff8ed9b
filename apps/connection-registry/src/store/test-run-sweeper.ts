import { Clock } from '@homerealm/platform';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TestRuns } from '../use-cases/test-runs/test-runs.port.js';

const hour = 60 * 60 * 1000;
const keptForMs = 30 * 24 * hour;

/** Forgets test runs after 30 days. What they proved stays with the connection. */
@Injectable()
export class TestRunSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly testRuns: TestRuns,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep().catch(() => {}), hour); // a failed sweep: the next one does it
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  sweep(): Promise<void> {
    return this.testRuns.forgetBefore(new Date(this.clock.now().getTime() - keptForMs));
  }
}
