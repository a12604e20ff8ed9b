import { getReady } from './get-ready.mjs';
import { inRoot, main } from './repository.mjs';
import { runChild } from './run-child.mjs';

/** `npm run chaos`: breaks the system on purpose and counts what was lost; see docs/chaos.md. */
await main(async (args) => {
  await getReady();
  const { code } = await runChild(process.execPath, [inRoot('apps/acceptance/dist/chaos/main.js'), ...args]);
  return code;
});
