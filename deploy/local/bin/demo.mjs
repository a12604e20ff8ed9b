import { getReady } from './get-ready.mjs';
import { main } from './repository.mjs';

/** `npm run demo`: a new connection, one sign-in through it, its tokens and its events, on the terminal. */
await main(async (args) => {
  await getReady();
  const { runDemo } = await import('../dist/demo/main.js');
  return runDemo(args);
});
