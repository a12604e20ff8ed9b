import { getReady } from './get-ready.mjs';
import { inRoot, main, say } from './repository.mjs';
import { runChild } from './run-child.mjs';
import { eslint, prettier } from './tools.mjs';

/** `npm run fix`: what can be repaired by itself: generated files, lint, format. */
await main(async () => {
  await getReady({ build: false });
  const repairs = [
    ['generated files', [inRoot('deploy/local/bin/generate.mjs')]],
    ['lint', eslint('--fix')],
    ['format', prettier('--write')],
  ];
  let failed = 0;
  for (const [name, command] of repairs) {
    say(`${name} …`);
    if ((await runChild(process.execPath, command)).code !== 0) failed++;
  }
  return failed === 0 ? 0 : 1;
});
