import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * A small process that outlives this one when this one is killed, and then ends what was started. See
 * bin/guardian.mjs.
 */
export class Guardian {
  private readonly child: ChildProcess;

  constructor() {
    const script = fileURLToPath(new URL('../bin/guardian.mjs', import.meta.url));
    this.child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
    this.child.stdin?.on('error', () => {});
    this.child.unref();
    (this.child.stdin as unknown as { unref?(): void } | null)?.unref?.();
  }

  /** @param pid a process, or a process group when negative */
  watch(pid: number, signal: NodeJS.Signals): void {
    this.child.stdin?.write(`watch ${pid} ${signal}\n`);
  }

  forget(pid: number): void {
    this.child.stdin?.write(`forget ${pid}\n`);
  }

  end(): void {
    this.child.stdin?.end();
  }
}
