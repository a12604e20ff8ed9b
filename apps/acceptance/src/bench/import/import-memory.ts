import { eventually, startPostgres } from '@homerealm/testing';
import { cpuMs, residentMib } from '../measure.js';
import { withClient } from './bare-copy.js';
import { peopleFile } from './people-file.js';
import { importMachine, publish } from './publish.js';
import { type RunningDirectory, startDirectory } from './running-directory.js';

/** How an import stands when a share of its rows is read. */
type Mark = { people: number; seconds: number; cpuSeconds: number; mib: number; peakMib: number };

/** Imports one file of so many people, and tells what the process holds and has used at each tenth of it. */
export async function benchImportMemory(count: number): Promise<void> {
  const postgres = await startPostgres({ unsafe: false });
  try {
    const directory = await startDirectory(postgres, 'directory_memory');
    const marks = await importWatched(directory, count);
    const inDatabase = await counted(directory, count);
    await directory.stop();
    publish('import-memory', `${count} people in one file; ${importMachine()}`, [...toTable(marks), '', inDatabase]);
  } finally {
    await postgres.stop();
  }
}

async function importWatched(directory: RunningDirectory, count: number): Promise<Mark[]> {
  const started = { at: performance.now(), cpu: cpuMs(directory.pid) };
  let peakMib = 0;
  const mark = (people: number): Mark => ({
    ...{ people, seconds: (performance.now() - started.at) / 1000, mib: residentMib(directory.pid), peakMib },
    cpuSeconds: (cpuMs(directory.pid) - started.cpu) / 1000,
  });
  const marks = [mark(0)];
  const { importId } = await directory.send(peopleFile(count));
  for (let tenth = 1; tenth <= 10; tenth++) {
    const reached = async () => {
      peakMib = Math.max(peakMib, residentMib(directory.pid));
      const { state, counts } = await directory.progress(importId);
      if (state !== 'running' && state !== 'done') throw new Error(`the import is ${state}`);
      return counts.read >= (count * tenth) / 10 && (tenth < 10 || state === 'done');
    };
    await eventually(reached, { timeout: 3_600_000, every: 200, says: 'the import to get on' });
    const now = mark((count * tenth) / 10);
    process.stdout.write(`${toRow(now, marks.at(-1) ?? now)}\n`);
    marks.push(now);
  }
  return marks;
}

/** What the database says of them, and that every event was handed over. */
async function counted({ databaseUrl, logUrl }: RunningDirectory, count: number): Promise<string> {
  const one = (url: string, sql: string) =>
    withClient(url, async (client) => Number((await client.query<{ n: string }>(sql)).rows[0]?.n));
  const waiting = () => one(databaseUrl, 'SELECT count(*) AS n FROM outbox');
  await eventually(async () => (await waiting()) === 0, {
    timeout: 600_000,
    every: 500,
    says: 'the outbox to be empty',
  });
  const users = await one(databaseUrl, 'SELECT count(*) AS n FROM "user"');
  const events = await one(logUrl, 'SELECT sum(next_offset) AS n FROM log_partition');
  if (users !== count) throw new Error(`there are ${users} users after an import of ${count}`);
  return `${users} users in the database, ${events} events in the log, none waiting.`;
}

const toTable = (marks: readonly Mark[]): string[] => [
  '| people | seconds | people a second | process CPU, µs a person | resident, MiB | peak until then, MiB |',
  '| --- | --- | --- | --- | --- | --- |',
  ...marks.map((mark, index) => toRow(mark, marks[index - 1] ?? mark)),
];

function toRow(mark: Mark, before: Mark): string {
  const people = mark.people - before.people;
  const per = (value: number) => (people === 0 ? '' : value.toFixed(0));
  const speed = per(people / (mark.seconds - before.seconds));
  const cpu = per(((mark.cpuSeconds - before.cpuSeconds) / people) * 1e6);
  return `| ${mark.people} | ${mark.seconds.toFixed(0)} | ${speed} | ${cpu} | ${mark.mib.toFixed(0)} | ${mark.peakMib.toFixed(0)} |`;
}
