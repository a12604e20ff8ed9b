import { ConnectionId, TestRunId } from '@homerealm/domain';
import type { EntityManager } from 'typeorm';
import type { TestRun } from '../domain/test-run.js';
import type { OpenTestRuns } from '../use-cases/test-runs/test-runs.port.js';
import { TestRunEntity } from './connection.entities.js';

/** Test runs inside one Postgres transaction. */
export class OpenPostgresTestRuns implements OpenTestRuns {
  constructor(private readonly manager: EntityManager) {}

  async lock(testRunId: TestRunId): Promise<TestRun | undefined> {
    const lock = { mode: 'pessimistic_write' } as const;
    const row = await this.manager.findOne(TestRunEntity, { where: { testRunId }, lock });
    return row ? toTestRun(row) : undefined;
  }

  async save(run: TestRun): Promise<void> {
    await this.manager.upsert(TestRunEntity, Object.assign(new TestRunEntity(), run), ['testRunId']);
  }
}

export const toTestRun = (row: TestRunEntity): TestRun => ({
  ...row,
  testRunId: TestRunId.parse(row.testRunId),
  connectionId: ConnectionId.parse(row.connectionId),
});
