import { getReady } from './get-ready.mjs';
import { main } from './repository.mjs';

/** `npm start`: runs the whole system on this machine. `npm start -- --help` tells its options. */
await main(async (args) => {
  await getReady();
  const { runLocalSystem } = await import('../dist/main.js');
  return runLocalSystem(args);
});
