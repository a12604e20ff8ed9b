import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, writeJson } from './write.mjs';

/**
 * Keeps today's contract as that of a released version, for the compatibility gate: `release.mjs <version>`. Schemas and
 * samples must have been written before.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const { allTopics } = await load('libs/contracts/dist/index.js');
const { contractsOf } = await load('libs/contracts/dist/compatibility/compare-contracts.js');

const [version = ''] = process.argv.slice(2);
const folder = `libs/contracts/released/${version}`;
if (!/^\d+\.\d+\.\d+$/.test(version)) {
  console.error('Give the version that is released: npm run generate -- --release 0.2.0');
  process.exitCode = 1;
} else if (existsSync(join(root, folder))) {
  console.error(`${folder} is there already. What was released does not change.`);
  process.exitCode = 1;
} else {
  const topics = contractsOf(allTopics).map(({ events, ...topic }) => ({ ...topic, events: Object.keys(events) }));
  writeJson(`${folder}/topics.json`, topics);
  for (const kind of ['schemas', 'samples']) {
    cpSync(join(root, 'libs/contracts', kind), join(root, folder, kind), { recursive: true });
  }
}
