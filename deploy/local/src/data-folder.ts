import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PlainFailure } from './plain-failure.js';

/** Makes the data folder and takes it for this process; two systems on the same data would break it. */
export function openDataFolder(dataDir: string): { release(): void } {
  makeFolders(dataDir);
  const lock = join(dataDir, 'running.lock');
  const owner = readOwner(lock);
  if (owner && isSameProcess(owner)) {
    throw new PlainFailure(
      `The data in ${dataDir} is in use by another \`npm start\` (process ${owner.pid}).\n` +
        'Stop that one, or give this one its own: npm start -- --data DIR --port-base 5000',
    );
  }
  writeFileSync(lock, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  return { release: () => rmSync(lock, { force: true }) };
}

function makeFolders(dataDir: string): void {
  try {
    for (const folder of ['logs', 'tls']) mkdirSync(join(dataDir, folder), { recursive: true });
    // The database runs as another user when we are root, and has to pass through to its own folder.
    chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    chmodSync(join(dataDir, 'logs'), 0o700);
    chmodSync(join(dataDir, 'tls'), 0o700);
  } catch (problem) {
    throw new PlainFailure(
      `The data folder ${dataDir} cannot be used by "${userInfo().username}" (${(problem as NodeJS.ErrnoException).code}).\n` +
        'It may belong to another user from an earlier start. Choose another: npm start -- --data DIR',
    );
  }
}

type Owner = { pid: number; started: string };

function readOwner(lock: string): Owner | undefined {
  try {
    return existsSync(lock) ? (JSON.parse(readFileSync(lock, 'utf8')) as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** The same number may belong to another process by now: where the system tells, the start time decides. */
function isSameProcess({ pid, started }: Owner): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === started;
}

/** Start time of a process in clock ticks since boot, on Linux; nothing elsewhere. proc(5), field 22 of stat. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
