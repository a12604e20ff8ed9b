import type { ConnectionId, TestRunId } from '@homerealm/domain';
import type { TestRun } from '../../domain/test-run.js';

/** The newest first; `after` is the id of the last one already seen. */
export type TestRunQuery = { connectionId: ConnectionId; limit: number; after?: TestRunId | undefined };

/** Test runs to look at. */
export abstract class TestRuns {
  abstract find(testRunId: TestRunId): Promise<TestRun | undefined>;
  abstract list(query: TestRunQuery): Promise<{ items: TestRun[]; next: string | null }>;
  /** Forgets what was asked for before that moment. */
  abstract forgetBefore(moment: Date): Promise<void>;
}

/** Test runs inside a transaction. */
export type OpenTestRuns = {
  /** Reads a run and keeps others from changing it until the end of the transaction. */
  lock(testRunId: TestRunId): Promise<TestRun | undefined>;
  save(run: TestRun): Promise<void>;
};
