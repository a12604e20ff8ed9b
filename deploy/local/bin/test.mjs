import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { getReady } from './get-ready.mjs';
import { inRoot, main, readJson, say, workFolder } from './repository.mjs';
import { runChild } from './run-child.mjs';
import { countsLine, readCounts, reportLines } from './test-report.mjs';
import { jest, jestEnvironment } from './tools.mjs';

/** `npm test [-- pattern]`: every test there is; further arguments go to Jest. */
await main(async (args) => {
  await getReady();
  const results = join(workFolder('results'), 'tests.json');
  rmSync(results, { force: true });
  const { code, interrupted } = await runChild(process.execPath, jest('--json', '--outputFile', results, ...args), {
    env: jestEnvironment(),
  });
  if (interrupted) return 130;

  const report = readJson(results);
  const counts = readCounts(report);
  say();
  for (const line of reportLines(report, inRoot())) say(line);
  if (process.env.CI === 'true' && process.env.HOMEREALM_COUNTS !== 'later') say(countsLine(counts));
  return code !== 0 || counts.failed > 0 || counts.passed === 0 ? code || 1 : 0;
});
