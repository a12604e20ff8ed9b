import { benchEvents } from './events.bench.js';
import { benchImport } from './import.bench.js';
import { benchSignIn } from './sign-in.bench.js';

/** `npm run bench -- <name>`: figures as ratios in one run, printed and written to .homerealm/bench. */
const benches: Record<string, () => Promise<void>> = {
  'sign-in': benchSignIn,
  events: benchEvents,
  import: benchImport,
};

const name = process.argv[2] ?? 'sign-in';
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(`There is no bench "${name}"; there are: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(1);
}
await bench();
process.exit();
