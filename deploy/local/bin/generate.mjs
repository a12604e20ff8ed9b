import { existsSync } from 'node:fs';
import { getReady } from './get-ready.mjs';
import { PlainFailure, inRoot, main, say } from './repository.mjs';
import { runChild } from './run-child.mjs';

/** What writes the files in the repository that come from code. Each is a module that is run for its effect. */
const generators = ['events', 'settings', 'errors'].map((name) => `deploy/local/generate/${name}.mjs`);

/** `npm run generate`: writes schemas, topic lists and settings tables anew from their declarations. */
await main(async () => {
  await getReady();
  for (const generator of generators) {
    if (!existsSync(inRoot(generator))) throw new PlainFailure(`The generator ${generator} is not there.`);
    say(`Running ${generator} …`);
    const { code } = await runChild(process.execPath, [inRoot(generator)]);
    if (code !== 0) return code;
  }
  return 0;
});
