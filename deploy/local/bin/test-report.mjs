import { relative } from 'node:path';

/** Sums of a Jest JSON report; a test file that could not even run counts as one failed test. */
export function readCounts(report) {
  if (!report) return { passed: 0, failed: 0, skipped: 0 };
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The line that CI reads. */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What a person wants to know after a run: what failed, and what was not run. */
export function reportLines(report, root) {
  if (!report) return ['The test runner ended without a report: nothing can be said about the tests.'];
  const counts = readCounts(report);
  const lines = [];
  if (counts.failed > 0) lines.push('Failed:', ...namesWith(report, root, 'failed'), '');
  if (counts.skipped > 0)
    lines.push('Not run (the reason stands in the test or in the output above):', ...skippedFiles(report, root), '');
  if (counts.passed + counts.failed === 0) lines.push('No test ran.');
  lines.push(
    `${counts.passed} tests passed, ${counts.failed} failed, ${counts.skipped} were not run, ` +
      `in ${Math.round((Date.now() - report.startTime) / 1000)} seconds.`,
  );
  return lines;
}

function namesWith(report, root, status) {
  return report.testResults.flatMap((file) => {
    const name = relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === status);
    if (tests.length === 0 && file.status === status) return [`  ${name}: could not be run`];
    return tests.map((test) => `  ${name}: ${test.fullName}`);
  });
}

function skippedFiles(report, root) {
  return report.testResults.flatMap((file) => {
    const skipped = file.assertionResults.filter((test) => ['pending', 'todo', 'skipped'].includes(test.status));
    return skipped.length === 0 ? [] : [`  ${relative(root, file.name)}: ${skipped.length}`];
  });
}
