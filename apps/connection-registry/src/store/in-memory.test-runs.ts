import type { TestRunId } from '@homerealm/domain';
import type { TestRun } from '../domain/test-run.js';
import { type TestRunQuery, TestRuns } from '../use-cases/test-runs/test-runs.port.js';
import type { InMemoryConnections } from './in-memory.connections.js';

/** The test runs of connections in memory. */
export class InMemoryTestRuns extends TestRuns {
  constructor(private readonly connections: InMemoryConnections) {
    super();
  }

  async find(testRunId: TestRunId): Promise<TestRun | undefined> {
    return this.connections.inside.testRuns.get(testRunId);
  }

  async list({ connectionId, limit, after }: TestRunQuery): Promise<{ items: TestRun[]; next: string | null }> {
    const found = [...this.connections.inside.testRuns.values()]
      .filter((run) => run.connectionId === connectionId && (after === undefined || run.testRunId < after))
      .sort((one, other) => (one.testRunId > other.testRunId ? -1 : 1));
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.testRunId ?? null) : null };
  }

  async forgetBefore(moment: Date): Promise<void> {
    const { testRuns } = this.connections.inside;
    for (const run of testRuns.values()) if (run.createdAt < moment) testRuns.delete(run.testRunId);
  }
}
