import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getReady } from './get-ready.mjs';
import { PlainFailure, hashOf, inRoot, main, root, say } from './repository.mjs';
import { runChild } from './run-child.mjs';
import { eslint, prettier, typecheck } from './tools.mjs';

const node =
  (args) =>
  async (quiet = false) => {
    const { code, interrupted, output } = await runChild(process.execPath, args, { quiet });
    if (interrupted) throw new PlainFailure('Stopped.', 130);
    if (quiet && output) say(output);
    return code === 0;
  };

const steps = [
  // These only read, and each keeps one core busy: they run side by side.
  { name: 'types', says: 'TypeScript, tests included', run: node(typecheck()), reads: true },
  { name: 'format', says: 'Prettier; `npm run fix` repairs', run: node(prettier('--check')), reads: true },
  { name: 'lint', says: 'ESLint', run: node(eslint()), reads: true },
  { name: 'generated', says: 'generated files are up to date', run: generatedFilesAreFresh },
  { name: 'images', says: 'compose file, Dockerfile, bundles', run: node([inRoot('deploy/docker/check.mjs')]) },
  {
    name: 'tests',
    says: 'every test, the architecture test among them',
    run: node([inRoot('deploy/local/bin/test.mjs')]),
  },
];

/** Writing them anew must change nothing that git would see. */
async function generatedFilesAreFresh() {
  const before = uncommitted();
  if (!(await node([inRoot('deploy/local/bin/generate.mjs')])())) return false;
  const after = uncommitted();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  if (changed.length === 0) return true;
  say(`These files were out of date and have been written anew; look at them and commit them:`);
  for (const file of changed) say(`  ${file}`);
  return false;
}

/** Files that differ from the last commit, with a hash of what they hold. */
function uncommitted() {
  const list = (...args) => execFileSync('git', ['ls-files', ...args], { cwd: root, encoding: 'utf8' }).split('\n');
  const files = [...list('--modified', '--deleted'), ...list('--others', '--exclude-standard')].filter(Boolean);
  const contentOf = (file) => (existsSync(inRoot(file)) ? hashOf(readFileSync(inRoot(file))) : 'deleted');
  return new Map(files.map((file) => [file, contentOf(file)]));
}

async function timed({ name, says, run }, quiet) {
  say(`\n── ${name}: ${says}`);
  const started = Date.now();
  const passed = await run(quiet);
  return { name, passed, seconds: Math.round((Date.now() - started) / 1000) };
}

/** `npm run check [-- --without step,step]`: everything that CI runs. All steps run, also after a failed one. */
await main(async (args) => {
  const without = args[0] === '--without' ? (args[1] ?? '').split(',') : [];
  await getReady();
  const wanted = steps.filter(({ name }) => !without.includes(name));
  const results = await Promise.all(wanted.filter(({ reads }) => reads).map((step) => timed(step, true)));
  for (const step of wanted.filter(({ reads }) => !reads)) results.push(await timed(step));
  say('\n── check');
  for (const { name, passed, seconds } of results) {
    say(`  ${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s`);
  }
  return results.every(({ passed }) => passed) ? 0 : 1;
});
