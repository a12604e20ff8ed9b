import { TestRunId } from '@homerealm/domain';
import type { Connection } from '../../domain/connection.js';
import { testRunErrors } from '../../domain/test-run.errors.js';
import type { TestRun } from '../../domain/test-run.js';
import type { OpenConnections } from '../connections.port.js';

/** Text that is no test run id names no test run. */
export function parseTestRunId(id: string): TestRunId {
  const parsed = TestRunId.safeParse(id);
  if (!parsed.success) throw testRunErrors('test-run.not-found');
  return parsed.data;
}

/** @throws `test-run.not-found` */
export async function lockTestRun(
  connections: OpenConnections,
  id: string,
): Promise<{ run: TestRun; connection: Connection }> {
  const run = await connections.testRuns.lock(parseTestRunId(id));
  const connection = run && (await connections.lock(run.connectionId));
  if (!run || !connection) throw testRunErrors('test-run.not-found');
  return { run, connection };
}
