import { inRoot, PlainFailure } from './repository.mjs';
import { runChild } from './run-child.mjs';
import { startProgress } from './progress.mjs';
import { takeTurn } from './take-turn.mjs';

/** Compiles what has changed since the last time; a moment when nothing has. */
export async function ensureBuilt() {
  await takeTurn('compiling', async () => {
    const progress = startProgress('Compiling TypeScript');
    const { code, output, interrupted } = await runChild(
      process.execPath,
      [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b', inRoot('.config', 'tsconfig.build.json')],
      { quiet: true },
    );
    progress.end(code === 0 ? 'done' : 'failed');
    if (interrupted) throw new PlainFailure('Stopped while compiling.', 130);
    if (code !== 0) throw new PlainFailure(`The TypeScript compiler found mistakes:\n\n${output}`);
  });
}
