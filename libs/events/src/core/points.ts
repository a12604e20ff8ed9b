import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Places between two steps where a crash must lose nothing and repeat no effect. */
export const points = [
  /** The rows are in the outbox, the writer's transaction is open. */
  'outbox.appended',
  'outbox.committed',
  /** The relay has read a batch and not sent it. */
  'relay.read',
  /** The log has acknowledged the batch; its rows are still there. */
  'relay.sent',
  'relay.deleted',
  'consumer.received',
  /** Cursor and effect are written, the transaction is open. */
  'consumer.applied',
  /** Committed, but the group's offset is not. */
  'consumer.committed',
  'consumer.marked',
  /** An operator's replay: the group's position is moved, the transaction that empties the tables is open. */
  'replay.moved',
] as const;

export type Point = (typeof points)[number];

const signals = { KILL: 'SIGKILL', STOP: 'SIGSTOP' } as const;

let atPoint: ((point: Point) => void) | undefined;

/**
 * From now on this process looks, at every point it reaches, for a file `<folder>/<service>.<point>.KILL` or `.STOP`.
 * The first process to take such a file (it is renamed to `….<pid>.hit`) sends itself that signal there and then.
 * For tests of crashes only.
 * @throws Error with NODE_ENV=production: a file in a folder must not be able to stop a real service
 */
export function configurePoints(folder: string | undefined, service: string): void {
  if (folder !== undefined && process.env['NODE_ENV'] === 'production') {
    throw new Error('CRASH_POINTS is for tests: with NODE_ENV=production it is refused');
  }
  atPoint = folder === undefined ? undefined : (point) => strikeAt(join(folder, `${service}.${point}`));
}

/** The process has come to this point. Does nothing unless `configurePoints` was given a folder. */
export function reach(point: Point): void {
  atPoint?.(point);
}

function strikeAt(path: string): void {
  for (const [name, signal] of Object.entries(signals)) {
    if (!take(`${path}.${name}`)) continue;
    process.kill(process.pid, signal);
    // The signal may need a moment to arrive; nothing of ours may happen meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, signal === 'SIGKILL' ? 60_000 : 100);
  }
}

/** Only one process gets to rename a file. */
function take(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    renameSync(file, `${file}.${process.pid}.hit`);
    return true;
  } catch {
    return false;
  }
}
