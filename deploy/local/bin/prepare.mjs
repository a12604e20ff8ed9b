import { getReady } from './get-ready.mjs';
import { main } from './repository.mjs';

/** Installs and compiles what is missing, and does nothing else. */
await main(() => getReady());
