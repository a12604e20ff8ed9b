import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getReady } from '../local/bin/get-ready.mjs';
import { PlainFailure, main, say } from '../local/bin/repository.mjs';

/**
 * Checks the container files as far as that goes without a container engine: the compose file against its schema and
 * against the settings each service declares, the Dockerfile against our rules, its build script by running it, and each
 * bundle by starting it with the compose file's own environment until it looks for its database.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const services = ['auth-gateway', 'connection-registry', 'identity-directory', 'profile-sync'];

await main(async () => {
  await getReady();
  const { readCompose, readDotEnv, schemaProblems, environmentOf, dockerfileProblems, settingsProblems } =
    await import('../local/dist/images/index.js');
  const compose = readCompose(read('docker-compose.yml'));
  const env = readDotEnv(freshEnv());
  report('docker-compose.yml against the Compose Specification', schemaProblems(compose));
  report('service.Dockerfile', dockerfileProblems(read('deploy/docker/service.Dockerfile')));
  for (const service of services) {
    const { config } = await import(join(root, 'apps', service, 'dist', 'config.js'));
    report(`${service}: settings in the compose file`, settingsProblems(service, config, compose, env));
    buildLikeTheImage(service);
    await startsWith(service, environmentOf(compose, service, env));
  }
  sayAboutEngine();
});

function report(what, problems) {
  if (problems.length > 0)
    throw new PlainFailure(`${what}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  say(`  ok  ${what}`);
}

function freshEnv() {
  return execFileSync(process.execPath, [join(root, 'deploy/docker/make-env.mjs')], { encoding: 'utf8' });
}

function buildLikeTheImage(service) {
  try {
    execFileSync('sh', [join(root, 'deploy/docker/build.sh'), service], { cwd: root, stdio: 'pipe', encoding: 'utf8' });
  } catch (problem) {
    throw new PlainFailure(`${service}: the image's build script failed:\n${problem.stdout}${problem.stderr}`);
  }
  say(`  ok  ${service}: the image's build script`);
}

/**
 * The bundle is run where nothing but node is at hand: another folder, no node_modules above it, a database that is
 * not there. It has to get so far that the database is what it misses.
 */
async function startsWith(service, environment) {
  const url = new URL(environment.DATABASE_URL);
  Object.assign(url, { hostname: '127.0.0.1', port: '1' });
  const { text, alive } = await firstWords(service, {
    ...environment,
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: url.href,
  });
  if (alive || /ECONNREFUSED 127\.0\.0\.1:1\b/.test(text)) return say(`  ok  ${service}: the bundle starts`);
  throw new PlainFailure(`${service}: the bundle does not start:\n${text.slice(-2000)}`);
}

function firstWords(service, environment) {
  const folder = join(root, 'dist', service);
  const child = spawn(process.execPath, ['main.js'], { cwd: folder, env: { PATH: process.env.PATH, ...environment } });
  let text = '';
  return new Promise((resolve) => {
    const stop = (alive) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve({ text, alive });
    };
    const timer = setTimeout(() => stop(false), 20_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('ECONNREFUSED 127.0.0.1:1')) stop(true);
      });
    }
    child.on('exit', () => stop(false));
  });
}

function sayAboutEngine() {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    execFileSync('docker', ['compose', 'config', '--quiet'], { cwd: root, stdio: 'pipe', env: { ...process.env } });
    say('  ok  docker compose accepts the file');
  } catch {
    say('  --  no Docker engine with compose and an .env here: the images themselves were not built');
  }
}
