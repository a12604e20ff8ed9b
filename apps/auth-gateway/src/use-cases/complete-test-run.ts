import type { TestReport } from '@homerealm/contracts';
import { DomainError, type Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { groupsForToken } from '../domain/groups-for-token.js';
import { toSignInFacts } from '../domain/to-sign-in-facts.js';
import { failedReport, passedReport, type WouldBe } from '../domain/to-test-report.js';
import { allClaims, type Claims } from '../domain/token-claims.js';
import { AskDirectory, type Proved } from './ask-directory.js';
import { ExplainRefusal, type Explanation } from './explain-refusal.js';
import { Moment } from './moment.port.js';
import { ProveAccount } from './prove-account.js';
import type { RefusedBecause } from './refuse.js';
import type { Taken } from './take-return.js';
import { TestRuns } from './test-runs.port.js';
import type { StartedSignIn, TestedConnection } from './transactions.port.js';
import type { CallbackInput } from './upstream.port.js';

/** What the admin’s browser is shown. The values of the claims are in no record: this page is the only place. */
export type TestRunResult = {
  testRunId: string;
  /** Null: the way back was used before, and what came of it stands with the connection. */
  report: TestReport | null;
  explanation: Explanation | null;
  values: { accessToken: Claims; idToken: Claims } | null;
  /** Whether the registry has the report. */
  saved: boolean;
};

type CameBack = { state: string; input: CallbackInput };
type Found = { report: TestReport; values: TestRunResult['values'] };

/** The way back of a test run: the pipeline of every sign-in, up to where something would be written. */
@Injectable()
export class CompleteTestRun {
  constructor(
    private readonly proveAccount: ProveAccount,
    private readonly askDirectory: AskDirectory,
    private readonly testRuns: TestRuns,
    private readonly explainRefusal: ExplainRefusal,
    private readonly moment: Moment,
  ) {}

  async execute({ testRunId }: TestedConnection, taken: Taken, cameBack: CameBack): Promise<TestRunResult> {
    if (taken.ours) return this.tell(testRunId, await this.find(taken.started, cameBack));
    if (taken.because.code !== 'sign-in.transaction-used') return this.refuse(testRunId, taken.because);
    return { testRunId, report: null, explanation: null, values: null, saved: true };
  }

  refuse(testRunId: string, because: RefusedBecause): Promise<TestRunResult> {
    return this.tell(testRunId, { report: reportOf(because), values: null });
  }

  private async find(started: StartedSignIn, { state, input }: CameBack): Promise<Found> {
    const proof = await this.proveAccount.execute(started, state, input);
    if (!proof.proved) return { report: reportOf(proof.because), values: null };
    const answer = await this.askDirectory.execute(started, proof);
    if ('unavailable' in answer) {
      const details = { reason: answer.unavailable };
      const checks: Check[] = [...proof.checks, { code: 'directory.answered', outcome: 'failed', details }];
      return { report: failedReport('directory.unavailable', checks, null), values: null };
    }
    const checks = [...proof.checks, ...answer.checks];
    if (answer.outcome === 'refused') return { report: failedReport(answer.code, checks, null), values: null };
    const would = this.wouldBe(started, proof, answer);
    const { accessToken, idToken } = would;
    return { report: passedReport(checks, would), values: { accessToken, idToken } };
  }

  private wouldBe(started: StartedSignIn, { account, connection }: Proved, answer: WouldBe['answer']): WouldBe {
    const facts = toSignInFacts(started.attemptId, new Date(this.moment.now()), { connection, account }, answer);
    return { answer, account, ...allClaims(facts, groupsForToken(facts, null, 'first')) };
  }

  private async tell(testRunId: string, { report, values }: Found): Promise<TestRunResult> {
    const explanation = this.explainRefusal.execute(report.code, report.upstream);
    return { testRunId, report, explanation, values, saved: await this.save(testRunId, report) };
  }

  private async save(testRunId: string, report: TestReport): Promise<boolean> {
    try {
      return await this.testRuns.report(testRunId, report);
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
}

const reportOf = ({ code, checks, trouble = null }: RefusedBecause): TestReport => failedReport(code, checks, trouble);
