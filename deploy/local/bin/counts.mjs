import { inRoot, readJson, say } from './repository.mjs';
import { countsLine, readCounts } from './test-report.mjs';

/** Prints the counts of the last test run, the way CI reads them; fails when nothing ran. */
const counts = readCounts(readJson(inRoot('.homerealm', 'results', 'tests.json')));
say(countsLine(counts));
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
