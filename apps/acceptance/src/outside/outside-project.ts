import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
/** What npm would hand down to a script of this repository has no business outside. */
const plainEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|JEST_|NODE_PATH|INIT_CWD)/i.test(name)),
  );

/** The text of a file below docs. */
export const docs = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

/** The files that a page shows: each code block that follows a comment with a file's name. */
export function filesOn(page: string): Map<string, string> {
  const blocks = page.matchAll(/<!-- (\S+) -->\n+```\w+\n([\s\S]*?)```\n/g);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

/** A project in a folder of its own, outside this repository. */
export class OutsideProject {
  private readonly running = new Set<ChildProcess>();

  private constructor(readonly folder: string) {}

  /** Packs the library and installs the package, as a team elsewhere would. */
  static async install(): Promise<OutsideProject> {
    const folder = mkdtempSync(join(tmpdir(), 'homerealm-outside-'));
    const project = new OutsideProject(folder);
    const env = plainEnvironment();
    await run(npm, ['pack', '-w', 'libs/events', '--pack-destination', folder], { cwd: root, env });
    project.write('package.json', JSON.stringify({ name: 'outside', private: true, type: 'module' }));
    const { version } = JSON.parse(readFileSync(join(root, 'libs/events/package.json'), 'utf8')) as { version: string };
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', `./homerealm-events-${version}.tgz`];
    await run(npm, args, { cwd: folder, env }).catch((error: { stderr: string }) => {
      throw new Error(`the package could not be installed; is the npm registry in reach?\n${error.stderr}`);
    });
    return project;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Compiles by the tsconfig.json in the folder. @throws Error with the compiler's words */
  async compile(): Promise<void> {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc], { cwd: this.folder }).catch(({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    });
  }

  /** @param isHeard whether what it writes to stderr is shown; kafkajs logs every try while a broker is away */
  start(file: string, settings: Record<string, string>, { isHeard = true } = {}): ChildProcess {
    const env = { ...plainEnvironment(), ...settings };
    const child = spawn(process.execPath, [file], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'ignore', isHeard ? 'inherit' : 'ignore'],
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.running].map((child) => end(child, 'SIGTERM')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
