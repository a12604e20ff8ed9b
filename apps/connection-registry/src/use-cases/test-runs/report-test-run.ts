import type { TestReport, TestRunResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideReport, learnFrom } from '../../domain/test-run.js';
import { Connections } from '../connections.port.js';
import { configHash } from '../config-hash.js';
import { Surroundings } from '../surroundings.port.js';
import { describeTestRun } from './describe-test-run.js';
import { lockTestRun } from './find-test-run.js';

@Injectable()
export class ReportTestRun {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, report: TestReport): Promise<TestRunResponse> {
    return this.connections.transaction(async (connections) => {
      const locked = await lockTestRun(connections, id);
      const now = this.surroundings.now();
      const run = decideReport(locked.run, report, now);
      await connections.testRuns.save(run);
      const { connection, happened } = learnFrom(locked.connection, run);
      await connections.note(connection, happened);
      return describeTestRun(run, configHash(connection), now);
    });
  }
}
