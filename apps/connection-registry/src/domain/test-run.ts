import type { TestReport, TestRunResponse } from '@homerealm/contracts';
import type { ConnectionId, TestRunId } from '@homerealm/domain';
import { about, type Connection, type ConnectionHappening, type Proof } from './connection.js';
import { testRunErrors } from './test-run.errors.js';

/** Long enough to sign in with a second factor, too short to be found later in a browser's history. */
const lifeInMs = 15 * 60_000;
/** What a provider lets somebody do today it may refuse next month; whoever enables should have seen it lately. */
const proofLastsMs = 7 * 24 * 60 * 60_000;
const maxProofs = 20;

/** One test sign-in of one configuration. Of its ticket only the hash is kept. */
export type TestRun = {
  testRunId: TestRunId;
  connectionId: ConnectionId;
  configHash: string;
  ticketHash: string;
  state: 'waiting' | 'running' | 'passed' | 'failed';
  createdAt: Date;
  createdBy: string;
  expiresAt: Date;
  finishedAt: Date | null;
  report: TestReport | null;
};

type Asked = Pick<TestRun, 'testRunId' | 'connectionId' | 'configHash' | 'ticketHash' | 'createdBy'>;

export const askTestRun = (asked: Asked, now: Date): TestRun => ({
  ...asked,
  state: 'waiting',
  createdAt: now,
  expiresAt: new Date(now.getTime() + lifeInMs),
  finishedAt: null,
  report: null,
});

/** What an admin sees: time and changes end a run too, without anybody writing that down. */
export function shownState(run: TestRun, configHash: string, now: Date): TestRunResponse['state'] {
  if (run.state === 'passed' || run.state === 'failed') return run.state;
  if (now >= run.expiresAt) return 'expired';
  return run.state === 'waiting' && run.configHash !== configHash ? 'outdated' : run.state;
}

/**
 * Takes a run up, once, for whoever holds its ticket, while the connection still is what it was when the run was asked
 * for.
 *
 * @param configHash of the connection as it is now
 */
export function decideStart(run: TestRun, ticketMatches: boolean, configHash: string, now: Date): TestRun {
  if (!ticketMatches) throw testRunErrors('test-run.ticket-invalid', { testRunId: run.testRunId });
  if (run.state !== 'waiting') throw testRunErrors('test-run.used', { testRunId: run.testRunId });
  if (now >= run.expiresAt) throw testRunErrors('test-run.expired', { testRunId: run.testRunId });
  if (run.configHash !== configHash) throw testRunErrors('test-run.outdated', { testRunId: run.testRunId });
  return { ...run, state: 'running' };
}

/** Ends a run with what it found. */
export function decideReport(run: TestRun, report: TestReport, now: Date): TestRun {
  if (run.state !== 'running') throw testRunErrors('test-run.not-running', { testRunId: run.testRunId });
  if (now >= run.expiresAt) throw testRunErrors('test-run.expired', { testRunId: run.testRunId });
  return { ...run, state: report.passed ? 'passed' : 'failed', finishedAt: now, report };
}

/** The connection with what an ended run proved of it, and what is told. Its revision stays: nothing was changed. */
export function learnFrom(
  connection: Connection,
  { testRunId, configHash, finishedAt, report }: TestRun,
): { connection: Connection; happened: ConnectionHappening } {
  const passed = report?.passed ?? false;
  const proof: Proof[] = passed && finishedAt ? [{ configHash, testRunId, at: finishedAt.toISOString() }] : [];
  const others = connection.proofs.filter((one) => !passed || one.configHash !== configHash);
  const data = { ...about(connection), testRunId, configHash, passed, code: report?.code ?? null };
  return {
    connection: { ...connection, proofs: [...proof, ...others].slice(0, maxProofs) },
    happened: { type: 'ConnectionTested', data },
  };
}

/** Whether a green run showed, ever, that this configuration works. */
export const wasProved = ({ proofs }: Connection, configHash: string): boolean =>
  proofs.some((proof) => proof.configHash === configHash);

/** Whether a green run showed it lately enough to enable the connection. */
export const isProved = ({ proofs }: Connection, configHash: string, now: Date): boolean =>
  proofs.some((proof) => proof.configHash === configHash && now.getTime() - Date.parse(proof.at) < proofLastsMs);
