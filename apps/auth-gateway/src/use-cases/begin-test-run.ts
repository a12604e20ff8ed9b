import type { StartedTestRun } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { CompleteTestRun, type TestRunResult } from './complete-test-run.js';
import type { PendingSignIn } from './interactions.port.js';
import { LeaveUpstream } from './leave-upstream.js';
import { Moment } from './moment.port.js';
import { TestRuns } from './test-runs.port.js';
import { Transactions } from './transactions.port.js';

export type BegunTestRun =
  { go: 'upstream'; redirectTo: string } | { go: 'over' } | { go: 'refused'; result: TestRunResult };

/** The link of a test run was opened: takes the run up, and sends the browser the way of every sign-in. */
@Injectable()
export class BeginTestRun {
  constructor(
    private readonly testRuns: TestRuns,
    private readonly leaveUpstream: LeaveUpstream,
    private readonly transactions: Transactions,
    private readonly completeTestRun: CompleteTestRun,
    private readonly moment: Moment,
  ) {}

  /** @throws DomainError `registry.unavailable` */
  async execute(testRunId: string, ticket: string, browserHash: string): Promise<BegunTestRun> {
    const run = await this.testRuns.start(testRunId, ticket);
    if (!run) return { go: 'over' };
    const { settings, credentials } = run;
    const { connectionId } = settings;
    const known = { settings, credentials };
    const leaving = {
      ...{ browserHash, attemptId: this.moment.newAttemptId(), startedAt: this.moment.now(), checks: [] },
      ...{ pending: requestOf(run), wish: { connectionId, email: null }, test: { testRunId, known } },
    };
    const way = await this.leaveUpstream.execute(leaving, known, connectionId);
    if (way.go === 'upstream') {
      await this.transactions.open(way.state, way.started);
      return { go: 'upstream', redirectTo: way.redirectTo };
    }
    // The connection is named, so there is nothing to ask.
    if (way.go === 'ask') return { go: 'over' };
    const because = { code: way.attempt.code ?? 'connection.unknown', checks: way.attempt.checks };
    return { go: 'refused', result: await this.completeTestRun.refuse(testRunId, because) };
  }
}

/** The request that no application made. */
const requestOf = ({ testRunId, settings }: StartedTestRun): PendingSignIn => ({
  ...{ uid: testRunId, applicationId: '', applicationName: '', applicationConnections: null },
  ...{ organizationId: null, connectionId: settings.connectionId, loginHint: null, prompt: null, uiLocales: null },
  upstreamParams: {},
});
