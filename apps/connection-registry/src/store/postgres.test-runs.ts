import type { TestRunId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { toPage } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import type { TestRun } from '../domain/test-run.js';
import { type TestRunQuery, TestRuns } from '../use-cases/test-runs/test-runs.port.js';
import { TestRunEntity } from './connection.entities.js';
import { toTestRun } from './open-postgres.test-runs.js';

@Injectable()
export class PostgresTestRuns extends TestRuns {
  constructor(private readonly database: Database) {
    super();
  }

  async find(testRunId: TestRunId): Promise<TestRun | undefined> {
    const row = await this.database.manager.findOneBy(TestRunEntity, { testRunId });
    return row ? toTestRun(row) : undefined;
  }

  async list({ connectionId, limit, after }: TestRunQuery): Promise<{ items: TestRun[]; next: string | null }> {
    const rows = await this.database.manager.find(TestRunEntity, {
      where: { connectionId, ...(after !== undefined && { testRunId: LessThan(after) }) },
      order: { testRunId: 'DESC' },
      take: limit + 1,
    });
    return toPage(rows, limit, (row) => row.testRunId, toTestRun);
  }

  async forgetBefore(moment: Date): Promise<void> {
    await this.database.manager.delete(TestRunEntity, { createdAt: LessThan(moment) });
  }
}
