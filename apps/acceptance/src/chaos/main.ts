import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reportOf } from './report.js';
import { type ChaosOptions, runChaos } from './run-chaos.js';

const help = `Breaks the running system on purpose, and checks that nothing was lost, reordered or applied twice.

  npm run chaos                                    about a minute and a half of load, at least five kills
  npm run chaos -- --seed N                        the same faults and load again
  npm run chaos -- --events 100000 --kills 50      the long form: until there were so many of both
  npm run chaos -- --nodes 3                       on three Kafka nodes`;

/** `npm run chaos`: exits with 1 when a check found something. */
function readOptions(): ChaosOptions | undefined {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      events: { type: 'string' },
      kills: { type: 'string' },
      nodes: { type: 'string', default: '1' },
      seconds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const form = values.events === undefined && values.kills === undefined ? 'short' : 'long';
  return {
    form,
    seed: Number(values.seed),
    nodes: values.nodes === '3' ? 3 : 1,
    events: Number(values.events ?? 0),
    kills: Number(values.kills ?? 5),
    least: 1000 * Number(values.seconds ?? (form === 'short' ? 60 : 0)),
    folder: fileURLToPath(new URL('../../../../.homerealm/chaos', import.meta.url)),
    says,
  };
}

function says(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

const options = readOptions();
if (!options) {
  process.stdout.write(`${help}\n`);
} else {
  says(`Seed ${options.seed}.`);
  const result = await runChaos(options);
  const report = reportOf(result, commitOf());
  const file = join(options.folder, `${options.seed}.md`);
  writeFileSync(file, report);
  process.stdout.write(`\n${report}\nWritten to ${file}\n`);
  process.exit(result.findings.length > 0 ? 1 : 0);
}
process.exit(0);
