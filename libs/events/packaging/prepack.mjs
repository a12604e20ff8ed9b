/**
 * Builds the package and lets npm find the two libraries that travel inside it. npm bundles what lies in this package's
 * own node_modules, and workspaces lie in the root's. A link to the same folder changes nothing for whoever resolves
 * them meanwhile, and does no harm if it is left behind.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundled, linkOf } from './bundled.mjs';

const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const home = fileURLToPath(new URL('..', import.meta.url));
// npm's own answer is on stdout, so the compiler's words go to stderr.
const { status } = spawnSync(process.execPath, [tsc, '-b', '.'], { cwd: home, stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);

mkdirSync(fileURLToPath(linkOf('.')), { recursive: true });
for (const name of bundled) {
  const link = fileURLToPath(linkOf(name));
  rmSync(link, { recursive: true, force: true });
  symlinkSync(`../../../${name}`, link, 'junction');
}
