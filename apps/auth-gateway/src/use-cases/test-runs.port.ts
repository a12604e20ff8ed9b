import type { StartedTestRun, TestReport } from '@homerealm/contracts';

/** The connection registry, which keeps the test runs. */
export abstract class TestRuns {
  /**
   * Uses the ticket up. Null: there is no such run, its ticket was used, or it is over.
   * @throws DomainError `registry.unavailable` when there is no usable answer in time
   */
  abstract start(testRunId: string, ticket: string): Promise<StartedTestRun | null>;
  /**
   * Whether the report was taken; a run that is over takes none.
   * @throws DomainError `registry.unavailable` when there is no usable answer in time
   */
  abstract report(testRunId: string, report: TestReport): Promise<boolean>;
}
