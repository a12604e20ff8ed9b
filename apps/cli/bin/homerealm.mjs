#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npx homerealm` in a checkout. npm links this file before anything is compiled, so it compiles what is missing or old.
 * The images hold the compiled command instead.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const entry = join(root, 'apps', 'cli', 'dist', 'main.js');
const parts = ['libs/domain', 'libs/contracts', 'libs/events', 'apps/cli'];

if (!existsSync(entry) || parts.some(isStale)) {
  process.stderr.write('Compiling TypeScript …\n');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  // stdout is for data: what the compiler says goes to stderr.
  const { status } = spawnSync(process.execPath, [tsc, '-b', join(root, 'apps', 'cli')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('homerealm could not be compiled: run `npm run build` and look at what it says.\n');
    process.exit(1);
  }
}
await import(entry);

/** Whether a source is younger than the last compilation. */
function isStale(part) {
  const built = join(root, part, 'dist', '.tsbuildinfo');
  return !existsSync(built) || newestIn(join(root, part, 'src')) > statSync(built).mtimeMs;
}

function newestIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const sources = files.filter(({ name }) => name.endsWith('.ts') && !/\.(spec|accept|conformance)\.ts$/.test(name));
  return Math.max(...sources.map((file) => statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs));
}
