import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A compiled program of this folder, as a process that ends with ours. */
export class Program {
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<(line: string) => void>();
  private isKept = false;

  /** @param entry relative to the folder of compiled chaos programs, such as `outside.js` */
  constructor(
    private readonly entry: string,
    private readonly environment: Record<string, string>,
    private readonly logFile: string,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, and again whenever it ends, until `close`. */
  keepAlive(): void {
    this.isKept = true;
    this.start();
    void this.ended.then(() => {
      if (this.isKept) setTimeout(() => this.isKept && this.keepAlive(), 100).unref();
    });
  }

  start(): void {
    const path = fileURLToPath(new URL(`../../../dist/chaos/${this.entry}`, import.meta.url));
    const child = spawn(process.execPath, ['--enable-source-maps', path], {
      env: { ...process.env, NODE_OPTIONS: '', ...this.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stderr.pipe(log);
    child.stdin.on('error', () => {});
    this.listenTo(child);
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (this.child === child) this.child = undefined;
        resolve(signal ?? code);
      });
    });
  }

  /** Hears every line it prints. */
  onLine(listener: (line: string) => void): void {
    this.listeners.add(listener);
  }

  tell(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves when it ends, by whatever cause. */
  get end(): Promise<unknown> {
    return this.ended;
  }

  async close(): Promise<void> {
    this.isKept = false;
    this.signal('SIGCONT');
    this.signal('SIGKILL');
    await this.ended;
  }

  private listenTo(child: ChildProcess): void {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) for (const listener of this.listeners) listener(line);
    });
  }
}
