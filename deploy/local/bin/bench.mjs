import { getReady } from './get-ready.mjs';
import { inRoot, main } from './repository.mjs';
import { runChild } from './run-child.mjs';

/** `npm run bench -- <name>`: measures; see apps/acceptance/src/bench. */
await main(async (args) => {
  await getReady();
  const { code } = await runChild(process.execPath, [inRoot('apps/acceptance/dist/bench/main.js'), ...args]);
  return code;
});
