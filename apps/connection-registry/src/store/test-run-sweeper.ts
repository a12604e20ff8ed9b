import { Clock, Sweeper, sweepEvery } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { TestRuns } from '../use-cases/test-runs/test-runs.port.js';

const keptForMs = 30 * 24 * sweepEvery.hour;

/** Forgets test runs after 30 days. What they proved stays with the connection. */
@Injectable()
export class TestRunSweeper extends Sweeper {
  constructor(
    private readonly testRuns: TestRuns,
    private readonly clock: Clock,
  ) {
    super('old test runs', sweepEvery.hour);
  }

  sweep(): Promise<void> {
    return this.testRuns.forgetBefore(new Date(this.clock.now().getTime() - keptForMs));
  }
}
