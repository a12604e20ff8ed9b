import type { LocalFile } from '../local-file.js';
import type { Say } from '../say.js';
import { findSystem } from './find-system.js';
import { followUser } from './follow-user.js';
import { journeys, usual } from './journeys/index.js';
import { type Journey, Stage } from './stage.js';

const say: Say = (line) => void process.stdout.write(`${line}\n`);

const help = `Plays what can happen to people who sign in, and prints what came of it.

  npm run demo                     ${usual.says}
${[...journeys].map(([name, { says }]) => `  npm run demo -- ${name.padEnd(15)}  ${says}`).join('\n')}
  npm run demo -- all              all that have a name`;

/**
 * `npm run demo`: plays a journey, or some, against the system that runs here, and deletes what they made.
 * @returns the exit code
 */
export async function runDemo(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    say(help);
    return 0;
  }
  const asked = choose(args);
  if (!asked) {
    process.stderr.write(`There is no journey “${args.join(' ')}”.\n\n${help}\n`);
    return 2;
  }
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error('The demo was stopped.')));
  }
  const { file, end } = await findSystem(say, controller.signal);
  try {
    await play(asked, file, controller.signal);
    say('\nDone.');
    return 0;
  } finally {
    await end();
  }
}

type Named = [name: string | undefined, journey: Journey];

function choose([name, ...rest]: readonly string[]): Named[] | undefined {
  if (name === undefined) return [[undefined, usual]];
  if (rest.length > 0) return undefined;
  if (name === 'all') return [...journeys];
  const journey = journeys.get(name);
  return journey && [[name, journey]];
}

async function play(asked: readonly Named[], file: LocalFile, signal: AbortSignal): Promise<void> {
  const events = await followUser(file);
  try {
    for (const [name, journey] of asked) {
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
