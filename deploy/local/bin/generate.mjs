import { existsSync } from 'node:fs';
import { getReady } from './get-ready.mjs';
import { PlainFailure, inRoot, main, say } from './repository.mjs';
import { runChild } from './run-child.mjs';

/** What writes the files in the repository that come from code. Each is a module that is run for its effect. */
const generators = ['events', 'settings', 'errors', 'reasons'].map((name) => `deploy/local/generate/${name}.mjs`);

/**
 * `npm run generate`: writes schemas, samples, topic lists and settings tables anew from their declarations. With
 * `-- --release 0.2.0` it also keeps the contract as that of the release.
 */
await main(async (args) => {
  if (args.length > 0 && (args[0] !== '--release' || args.length !== 2)) {
    throw new PlainFailure('Usage: npm run generate [-- --release 0.2.0]', 2);
  }
  await getReady();
  for (const generator of generators) {
    if (!existsSync(inRoot(generator))) throw new PlainFailure(`The generator ${generator} is not there.`);
    say(`Running ${generator} …`);
    const { code } = await runChild(process.execPath, [inRoot(generator)]);
    if (code !== 0) return code;
  }
  if (args.length === 0) return 0;
  return (await runChild(process.execPath, [inRoot('deploy/local/generate/release.mjs'), args[1]])).code;
});
