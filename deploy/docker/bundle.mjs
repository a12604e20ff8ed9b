import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Puts one service, or the command `homerealm` (app `cli`), with everything it needs into `dist/<app>`: node is all that
 * has to be there to run it. It starts from what the TypeScript compiler wrote, because esbuild does not emit the
 * decorator metadata that Nest reads.
 * Usage: node deploy/docker/bundle.mjs <app>
 */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packages that others try to load and do without: whatever is not installed stays outside. */
const leaveOutMissing = {
  name: 'leave-out-missing',
  setup({ onResolve, resolve }) {
    const tried = Symbol('tried');
    onResolve({ filter: /^[@\w]/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === tried || rest.kind === 'entry-point' || path.startsWith('node:')) return undefined;
      const { importer, namespace, resolveDir, kind } = rest;
      const found = await resolve(path, { importer, namespace, resolveDir, kind, pluginData: tried });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

/**
 * The whole of a package stands for one line of it. Once a stack trace is read, Node keeps the map of the program in
 * memory, unpacked: with every line of every package that is 160 MiB, with our own sources alone 18.
 */
const leaveOutMapsOfPackages = {
  name: 'leave-out-maps-of-packages',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules.*[.][cm]?js$/ }, async ({ path }) => {
      const code = (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/gm, '');
      // Only a line with code on it can stand for the rest; what comes before is about licences.
      const [before = ''] = /^(?:\s+|\/\/.*|\/\*[^]*?\*\/)*/.exec(code) ?? [];
      const mappings = `${';'.repeat(before.split('\n').length - 1)}AAAA`;
      const map = Buffer.from(JSON.stringify({ version: 3, sources: [basename(path)], names: [], mappings }));
      const link = `//# sourceMappingURL=data:application/json;base64,${map.toString('base64')}`;
      return { contents: `${code}\n${link}\n`, loader: 'js' };
    });
  },
};

/** CommonJS packages inside an ES module bundle still ask for these. */
const banner = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __dirnameOf(__filename);`;

export async function bundle(app) {
  const entry = join(root, 'apps', app, 'dist', 'main.js');
  if (!/^[a-z-]+$/.test(app) || !existsSync(entry)) throw new Error(`There is no compiled app "${app}" (${entry}).`);
  const folder = join(root, 'dist', app);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(folder, app === 'cli' ? 'homerealm.js' : 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    keepNames: true,
    // Node keeps the text of a running program in memory, too.
    minifyWhitespace: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'error',
    logOverride: { 'require-resolve-not-external': 'silent' },
    banner: { js: banner },
    // Native, and its only user (bunyan, of passport-azure-ad) does without it.
    external: ['dtrace-provider'],
    plugins: [leaveOutMissing, leaveOutMapsOfPackages],
  });
  const here = join(root, 'deploy', 'docker');
  if (app === 'cli') {
    mkdirSync(join(folder, 'bin'));
    copyFileSync(join(here, 'homerealm.sh'), join(folder, 'bin', 'homerealm'));
    chmodSync(join(folder, 'bin', 'homerealm'), 0o755);
  } else {
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'module', private: true })}\n`);
    copyFileSync(join(here, 'healthcheck.js'), join(folder, 'healthcheck.js'));
  }
  const [output] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint);
  return { folder, bytes: output.bytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = process.argv[2] ?? '';
  const { folder, bytes } = await bundle(app);
  process.stdout.write(`${app}: ${(bytes / 1e6).toFixed(1)} MB in ${folder}\n`);
}
