import { eventually, type RunningPostgres, startPostgres } from '@homerealm/testing';
import { type Finding, toTable } from './events/finding.js';
import { type BenchOptions, readOptions } from './events/options.js';
import { interleave, medianOf, ratio } from './events/rounds.js';
import { type BareCopy, bareCopy, keepOutbox, withClient } from './import/bare-copy.js';
import { peopleFile } from './import/people-file.js';
import { benchImportMemory } from './import/import-memory.js';
import { type RunningDirectory, startDirectory } from './import/running-directory.js';
import { importMachine, publish } from './import/publish.js';
import { residentMib } from './measure.js';

const goal = 0.3;

/**
 * `npm run bench -- import [--rounds N] [--count N]`: what importing people costs, beside a bare COPY of the rows; with
 * `--only memory`, one import of a million people, and what the directory holds at each tenth of it.
 */
export async function benchImport(): Promise<void> {
  const { rounds, count, only } = options(process.argv);
  if (only === 'memory') return benchImportMemory(process.argv.includes('--count') ? count : 1_000_000);
  if (only !== undefined) throw new Error(`--only ${only} is no part of this bench; "memory" is`);
  const postgres = await startPostgres({ unsafe: false });
  try {
    const copy = await prepare(postgres, count);
    let imports = 0;
    const memory: number[] = [];
    const contestants = {
      copy: async () => count / (await copy.seconds()),
      import: () => importOnce(postgres, `directory_${++imports}`, count, memory),
    };
    const results = await interleave(rounds, contestants).finally(() => copy.close());
    const share = ratio(results, 'import', 'copy');
    report(rounds, {
      what: `import of ${count} people with their events, of a bare COPY of the same rows`,
      ...{ value: share.toFixed(2), goal: `≥ ${goal}`, met: share >= goal },
      details: `${medianOf(results, 'import').toFixed(0)} and ${medianOf(results, 'copy').toFixed(0)} a second; directory ${memory.map((one) => one.toFixed(0)).join(' and ')} MiB at 10 % and 90 % of the last`,
    });
  } finally {
    await postgres.stop();
  }
}

/** One import that nobody times makes the rows. */
async function prepare(postgres: RunningPostgres, count: number): Promise<BareCopy> {
  const directory = await startDirectory(postgres, 'directory_0');
  await keepOutbox(directory.databaseUrl);
  await importAll(directory, count);
  await published(directory);
  await directory.stop();
  return bareCopy(directory.databaseUrl);
}

/** @returns people a second, from the start of the import to its end; `memory` has MiB at 10 % and at 90 % */
async function importOnce(postgres: RunningPostgres, name: string, count: number, memory: number[]): Promise<number> {
  const directory = await startDirectory(postgres, name);
  try {
    return count / (await importAll(directory, count, memory));
  } finally {
    await directory.stop();
  }
}

async function importAll(directory: RunningDirectory, count: number, memory: number[] = []): Promise<number> {
  const { importId } = await directory.send(peopleFile(count));
  memory.length = 0;
  for (const share of [0.1, 0.9, 1]) {
    const reached = async () => {
      const { state, counts } = await directory.progress(importId);
      if (state !== 'running' && state !== 'done') throw new Error(`the import is ${state}`);
      return counts.read >= count * share && (share < 1 || state === 'done');
    };
    await eventually(reached, { timeout: 3_600_000, every: 200, says: 'the import to get on' });
    if (share < 1) memory.push(residentMib(directory.pid));
  }
  const { counts, startedAt, finishedAt } = await directory.progress(importId);
  if (counts.created !== count) throw new Error(`${counts.created} of ${count} were created`);
  return (Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1000;
}

const published = ({ databaseUrl }: RunningDirectory): Promise<unknown> =>
  withClient(databaseUrl, (client) =>
    eventually(async () => (await client.query('SELECT 1 FROM outbox LIMIT 1')).rows.length === 0, {
      ...{ timeout: 600_000, every: 200, says: 'the outbox to be empty' },
    }),
  );

function report(rounds: number, finding: Finding): void {
  publish('import', `Medians of ${rounds} interleaved rounds; ${importMachine()}`, toTable([finding]));
}

/** Twenty thousand people unless said otherwise: the first chunks plan and compile. */
function options(args: readonly string[]): BenchOptions {
  const { rounds, count, only } = readOptions(args);
  return { rounds: args.includes('--rounds') ? rounds : 3, count: args.includes('--count') ? count : 20_000, only };
}
