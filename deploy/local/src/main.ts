import { join } from 'node:path';
import type { LocalSystem } from './local-system.js';
import { removeLocalFile, writeLocalFile } from './local-file.js';
import { help, type LocalOptions, parseOptions } from './options.js';
import { parts } from './parts.js';
import { PlainFailure } from './plain-failure.js';
import { readyText } from './print.js';
import { checkout, startLocalSystem } from './system.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * `npm start`: runs the system until Ctrl-C.
 * @returns the exit code
 */
export async function runLocalSystem(args: readonly string[]): Promise<number> {
  const asked = parseOptions(args, checkout);
  if (asked.kind === 'help') say(help);
  if (asked.kind === 'mistake') process.stderr.write(`${asked.says}\n\n${help}\n`);
  if (asked.kind !== 'run') return asked.kind === 'help' ? 0 : 2;
  try {
    return await run(asked.options);
  } catch (problem) {
    if (!(problem instanceof PlainFailure)) throw problem;
    process.stderr.write(`\n${problem.message}\n`);
    return 1;
  }
}

async function run(options: LocalOptions): Promise<number> {
  const interruption = listenForSignals();
  const files = [
    join(checkout, '.homerealm', 'local.json'),
    ...(options.dataDirGiven ? [join(options.dataDir, 'local.json')] : []),
  ];
  say(`Starting Homerealm (data in ${options.dataDir}) …`);
  let system: LocalSystem;
  try {
    system = await startLocalSystem({
      kafka: options.kafka,
      dataDir: options.dataDir,
      portBase: options.portBase,
      say,
      signal: interruption.signal,
      onUnexpectedEnd: (part, how) => say(`! ${parts[part].app} has ended by itself (${how}); the others go on.`),
      ...(options.verbose && { onLog: say }),
    });
  } catch (problem) {
    if (!interruption.signal.aborted) throw problem;
    say('Stopped before it was ready.');
    return interruption.exitCode();
  }
  for (const file of files) writeLocalFile(file, system.localFile());
  say(readyText(system.localFile(), join(options.dataDir, 'logs')));
  await interruption.happened;
  say('\nStopping …');
  for (const file of files) removeLocalFile(file, process.pid);
  await system.stop();
  say('Stopped.');
  return 0;
}

/** A Ctrl-C may arrive twice, from the terminal and handed on by npm: only a later one is a second one. */
const sameSignalMs = 500;

/** The first signal asks for an orderly end, the second one ends this process at once; the guardian ends the rest. */
function listenForSignals() {
  const controller = new AbortController();
  let first: { code: number; at: number } | undefined;
  const happened = new Promise<void>((resolve) => {
    for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
      process.on(signal, () => {
        const again = first !== undefined && Date.now() - first.at > sameSignalMs;
        // A hang-up says that nobody is there any more to be impatient.
        if (again && signal !== 'SIGHUP') process.exit(128 + number);
        first ??= { code: 128 + number, at: Date.now() };
        controller.abort(new PlainFailure('stopped'));
        resolve();
      });
    }
  });
  return { signal: controller.signal, happened, exitCode: () => first?.code ?? 0 };
}
