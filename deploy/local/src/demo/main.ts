import type { LocalFile } from '../local-file.js';
import { PlainFailure } from '../plain-failure.js';
import type { Say } from '../say.js';
import { demoHelp, type Named, parseDemoOptions } from './demo-options.js';
import { findSystem } from './find-system.js';
import { followUser } from './follow-user.js';
import { Stage } from './stage.js';

const say: Say = (line) => void process.stdout.write(`${line}\n`);

/**
 * `npm run demo`: plays a journey, or some, against the system that runs here, and deletes what they made.
 * @returns the exit code
 */
export async function runDemo(args: readonly string[]): Promise<number> {
  const told = parseDemoOptions(args);
  if (told.kind === 'help') say(demoHelp);
  if (told.kind === 'mistake') process.stderr.write(`${told.says}\n\n${demoHelp}\n`);
  if (told.kind !== 'play') return told.kind === 'help' ? 0 : 2;
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new PlainFailure('The demo was stopped.')));
  }
  try {
    await playAt(told.dataDir, told.asked, controller.signal);
    say('\nDone.');
    return 0;
  } catch (problem) {
    if (!(problem instanceof PlainFailure)) throw problem;
    process.stderr.write(`\n${problem.message}\n`);
    return 1;
  }
}

async function playAt(dataDir: string | undefined, asked: readonly Named[], signal: AbortSignal): Promise<void> {
  const { file, end } = await findSystem(dataDir, say, signal);
  try {
    await play(asked, file, signal);
  } finally {
    await end();
  }
}

async function play(asked: readonly Named[], file: LocalFile, signal: AbortSignal): Promise<void> {
  const events = await followUser(file);
  try {
    for (const { name, journey } of asked) {
      signal.throwIfAborted();
      if (name) say(`\n── ${name}: ${journey.says}`);
      const stage = new Stage(file, events, say, signal);
      try {
        await journey.play(stage);
      } catch (problem) {
        await stage.cleanUp().catch(() => {}); // the first problem is the one to tell
        throw problem;
      }
      await stage.cleanUp();
    }
  } finally {
    await events.close();
  }
}
