import type { TestRunResponse } from '@homerealm/contracts';
import { shownState, type TestRun } from '../../domain/test-run.js';

/** A test run as its API shows it: nothing of its ticket. */
export const describeTestRun = (run: TestRun, configHash: string, now: Date): TestRunResponse => ({
  testRunId: run.testRunId,
  connectionId: run.connectionId,
  configHash: run.configHash,
  state: shownState(run, configHash, now),
  createdAt: run.createdAt.toISOString(),
  createdBy: run.createdBy,
  expiresAt: run.expiresAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  report: run.report,
});
