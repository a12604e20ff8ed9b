import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** Ticks of a second in /proc/<pid>/stat: USER_HZ is 100 on every Linux. */
const tickMs = 10;

/** CPU milliseconds a process has used, its own threads included. Linux only. */
export function cpuMs(pid: number): number {
  const [user, system] = times(pid);
  return user + system;
}

/**
 * CPU milliseconds of a process and of everything it started, what has ended included: Postgres has a process for every
 * connection. Linux only.
 */
export function familyCpuMs(pid: number): number {
  const [user, system, childrenUser, childrenSystem] = times(pid);
  const living = family(pid).filter((one) => one !== pid);
  return living.reduce((sum, one) => sum + cpuOrNothing(one), user + system + childrenUser + childrenSystem);
}

function times(pid: number): [number, number, number, number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index]) * tickMs;
  return [at(11), at(12), at(13), at(14)];
}

function cpuOrNothing(pid: number): number {
  try {
    return cpuMs(pid);
  } catch {
    return 0; // it ended while we looked, and is counted with its parent from now on
  }
}

/** Resident memory in MiB. */
export function residentMib(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return Number(line) / 1024;
}

function family(pid: number): number[] {
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

/** A backend that has become idle reports what it did within ten seconds. */
const reportDelayMs = 11_000;

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
