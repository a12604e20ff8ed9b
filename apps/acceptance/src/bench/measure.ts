import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** Ticks of a second in /proc/<pid>/stat: USER_HZ is 100 on every Linux. */
const tickMs = 10;

/** CPU milliseconds a process has used, its own threads included. Linux only. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Resident memory in MiB. */
export function residentMib(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return Number(line) / 1024;
}

/** A process and everything below it that still runs: Postgres has a process for every connection. */
export function family(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const below = (one: number): number[] => [one, ...(parents.get(one) ?? []).flatMap(below)];
  return below(pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

/** Backends report what they did at most once a second, and when they are idle. */
const reportDelayMs = 2_500;

/** Transactions a database has seen, everything reported that was done until now. */
export async function transactions(databaseUrl: string): Promise<number> {
  await new Promise((resume) => setTimeout(resume, reportDelayMs));
  const client = new pg.Client({ connectionString: adminUrl(databaseUrl) });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    'SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = $1',
    [new URL(databaseUrl).pathname.slice(1)],
  );
  await client.end();
  return Number(rows[0]?.count ?? 0);
}

/** Asked from another database, so that asking does not count. */
function adminUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  return url.href;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};
