import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Environment } from './environment.js';
import type { Guardian } from './guardian.js';
import { PlainFailure } from './plain-failure.js';

export type ServiceSpec = {
  name: string;
  /** The compiled main.js. */
  entry: string;
  environment: Environment;
  logFile: string;
  /** Answers 200 when the service can do its work. */
  readyUrl: string;
  /** Node checks certificates of https URLs; this asks the URL. */
  ask: (url: string) => Promise<boolean>;
  guardian: Guardian;
  /** Hears every line the service writes, beside the log file. */
  onLine?: ((line: string) => void) | undefined;
  /** Called when the process ends though nobody asked it to. */
  onUnexpectedEnd?: (service: ServiceProcess, how: string) => void;
};

/** One of our services as a process of its own, in its own process group, its output in a file. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<string> = Promise.resolve('not started');
  private asked = false;

  constructor(private readonly spec: ServiceSpec) {
    if (existsSync(spec.logFile)) renameSync(spec.logFile, `${spec.logFile}.before`);
  }

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** Starts it and waits until it is ready. A process that ends before is a PlainFailure with its last lines. */
  async start(timeoutMs = 60_000): Promise<void> {
    if (this.child) return;
    this.spawn();
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const how = await Promise.race([this.ended, this.isReady()]);
      if (how === true) return;
      if (typeof how === 'string') throw this.failure(`ended before it was ready (${how})`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.kill();
    throw this.failure(`was not ready after ${timeoutMs / 1000} seconds`);
  }

  /** Asks it to end and waits; after `graceMs` it is killed. */
  async stop(graceMs = 10_000): Promise<void> {
    this.asked = true;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.asked = true;
    this.signal('SIGKILL');
    await this.ended;
  }

  lastLines(count = 20): string {
    if (!existsSync(this.spec.logFile)) return '';
    const lines = readFileSync(this.spec.logFile, 'utf8').trimEnd().split('\n');
    return lines
      .slice(-count)
      .map((line) => `  ${line}`)
      .join('\n');
  }

  private spawn(): void {
    const log = openSync(this.spec.logFile, 'a', 0o600);
    const child = spawn(process.execPath, ['--enable-source-maps', this.spec.entry], {
      env: this.spec.environment,
      detached: true,
      stdio: ['ignore', this.spec.onLine ? 'pipe' : log, this.spec.onLine ? 'pipe' : log],
    });
    if (this.spec.onLine) this.listen(child, this.spec.onLine);
    closeSync(log);
    this.child = child;
    this.asked = false;
    if (child.pid) this.spec.guardian.watch(child.pid, 'SIGTERM');
    this.ended = new Promise((resolve) => {
      child.once('error', (problem) => resolve(problem.message));
      child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    void this.ended.then((how) => this.onEnd(child, how));
  }

  private listen(child: ChildProcess, onLine: (line: string) => void): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        appendFileSync(this.spec.logFile, `${line}\n`);
        onLine(line);
      });
    }
  }

  private onEnd(child: ChildProcess, how: string): void {
    if (child.pid) this.spec.guardian.forget(child.pid);
    this.child = undefined;
    if (!this.asked) this.spec.onUnexpectedEnd?.(this, how);
  }

  private async isReady(): Promise<true | undefined> {
    return (await this.spec.ask(this.spec.readyUrl)) || undefined;
  }

  /** Sends it a signal; nothing happens when it does not run. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (this.child?.pid) process.kill(this.child.pid, signal);
    } catch {
      // It has just ended by itself.
    }
  }

  private failure(what: string): PlainFailure {
    return new PlainFailure(
      `${this.name} ${what}. Its last lines:\n${this.lastLines()}\nAll of it: ${this.spec.logFile}`,
    );
  }
}
