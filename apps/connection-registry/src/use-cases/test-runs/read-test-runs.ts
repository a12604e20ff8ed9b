import type { TestRunResponse } from '@homerealm/contracts';
import { InvalidInput, TestRunId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { testRunErrors } from '../../domain/test-run.errors.js';
import { configHash } from '../config-hash.js';
import { Connections } from '../connections.port.js';
import { findConnection } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';
import { describeTestRun } from './describe-test-run.js';
import { parseTestRunId } from './find-test-run.js';
import { TestRuns } from './test-runs.port.js';

@Injectable()
export class ReadTestRuns {
  constructor(
    private readonly connections: Connections,
    private readonly testRuns: TestRuns,
    private readonly surroundings: Surroundings,
  ) {}

  async one(id: string, testRunId: string): Promise<TestRunResponse> {
    const connection = await findConnection(this.connections, id);
    const run = await this.testRuns.find(parseTestRunId(testRunId));
    if (run?.connectionId !== connection.settings.connectionId) throw testRunErrors('test-run.not-found');
    return describeTestRun(run, configHash(connection), this.surroundings.now());
  }

  async list(id: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const connection = await findConnection(this.connections, id);
    const after = TestRunId.optional().safeParse(cursor);
    if (!after.success) {
      const says = 'This is no cursor that a page gave.';
      throw new InvalidInput([{ field: 'cursor', code: 'request.invalid-field', says }]);
    }
    const { connectionId } = connection.settings;
    const page = await this.testRuns.list({ connectionId, limit, after: after.data });
    const [hash, now] = [configHash(connection), this.surroundings.now()];
    return { items: page.items.map((run) => describeTestRun(run, hash, now)), next: page.next };
  }
}
